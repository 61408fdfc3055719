import { parseJson } from '#fixtures/parse-json';

import { isObject } from './places.ts';
import type { Sample } from './sample.ts';

/** What a model is named by, and the envelopes in which vendors put what they say. */
const names = ['model', 'modelVersion'];
const envelopes = ['response', 'message'];

const modelIn = (value: unknown): string | undefined => {
  if (!isObject(value)) return undefined;
  const inside = [...envelopes.map((name) => value[name]), value].filter(isObject);
  return inside.flatMap((one) => names.map((name) => one[name])).find((model) => typeof model === 'string');
};

/** The model that an answer says it is of; of a stream, what the first event says that names one. */
export const modelOf = ({ body }: Sample): string | undefined => {
  if (body.form === 'json') return modelIn(body.value);
  if (body.form === 'other') return undefined;
  for (const { data } of body.events) {
    const json = parseJson(data);
    const model = 'value' in json ? modelIn(json.value) : undefined;
    if (model !== undefined) return model;
  }
  return undefined;
};
