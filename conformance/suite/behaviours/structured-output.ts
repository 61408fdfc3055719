import assert from 'node:assert/strict';

import { answer } from '#fixtures/upstreams/script';

import { weatherSchema, type ClientDialect } from '../client-under-test.ts';
import { askedOf, connect, dialectOf, lossesOf, lossesWith, type Behaviours, type Case, type Fields } from './case.ts';

interface Format {
  readonly schema: Fields;
  readonly name?: string;
  readonly strict?: boolean;
}

/** What a body says of the answer's form, at the one place where its dialect says it. */
const placeIn = (dialect: ClientDialect, body: unknown): unknown => {
  const { response_format, text, output_config, generationConfig } = body as Fields;
  const { responseMimeType, responseJsonSchema, responseSchema } = (generationConfig ?? {}) as Fields;
  return {
    'openai-chat': response_format,
    'openai-responses': text,
    'anthropic-messages': output_config,
    'gemini-generate': { responseMimeType, ...(responseSchema === undefined ? { responseJsonSchema } : { responseSchema }) },
  }[dialect];
};

/** The format in what {@link placeIn} gives for a client's request. */
const formatIn = (dialect: ClientDialect, place: unknown): Format => {
  if (dialect === 'openai-chat') return (place as { readonly json_schema: Format }).json_schema;
  const { responseJsonSchema, responseSchema, format } = place as Fields;
  return dialect === 'gemini-generate' ? { schema: (responseJsonSchema ?? responseSchema) as Fields } : (format as Format);
};

/** The place in another dialect: OpenAI's formats need a name, and elsewhere the schema's title has to hold it. */
const placeFor = (dialect: ClientDialect, { schema, name, strict }: Format): unknown => {
  const named = { name: name ?? 'answer', ...(strict !== undefined && { strict }), schema };
  const titled = { ...(name !== undefined && { title: name }), ...schema };
  return {
    'openai-chat': { type: 'json_schema', json_schema: named },
    'openai-responses': { format: { type: 'json_schema', ...named } },
    'anthropic-messages': { format: { type: 'json_schema', schema: { ...titled, additionalProperties: false } } },
    'gemini-generate': { responseMimeType: 'application/json', responseJsonSchema: titled },
  }[dialect];
};

const parses =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(answer('structured'));
    const line = connect(about);
    const parsed = await about.client.parse(line, { text: topic.text, stream });
    assert.deepEqual(parsed, { city: 'Berlin', degrees: 21 });
    const [from, to] = [about.client.dialect, dialectOf(about.surface)];
    const place = placeIn(from, line.sent()[0]);
    const format = formatIn(from, place);
    assert.deepEqual({ ...format.schema, additionalProperties: false }, weatherSchema);
    assert.equal(topic.calls().length, 1);
    const arrived = placeIn(to, askedOf(about.surface, topic.calls()[0]?.body));
    assert.deepEqual(arrived, from === to ? place : placeFor(to, format));
    const mustBeClosed = from !== to && to === 'anthropic-messages' && !('additionalProperties' in format.schema);
    assert.equal(lossesOf(line), lossesWith(about, line, ...(mustBeClosed ? ['format.schema'] : [])));
  };

export const structuredOutput: Behaviours = {
  'gets an answer by a schema': parses(false),
  'gets an answer by a schema, streamed': parses(true),
};
