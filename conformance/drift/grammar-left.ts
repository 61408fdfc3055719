import { checkStream } from '#fixtures/grammars/check-stream';
import { grammarVersions } from '#fixtures/grammars/find-grammar';

import type { SeenChange } from './change.ts';
import type { Sample, SampleBody } from './sample.ts';
import { withStandIns } from './unsaid.ts';

/** Which grammar a stream has left, and which former version it is of, if any; undefined for what is no stream of a known surface. */
export const grammarLeft = async (sample: Sample, body: SampleBody): Promise<SeenChange['grammar']> => {
  const { surface } = sample;
  const judged = withStandIns(body, sample);
  if (surface === undefined || judged.form !== 'events') return undefined;
  const [now, ...former] = await grammarVersions(surface);
  if (now === undefined) return undefined;
  const fitting = former.find((grammar) => checkStream(grammar, judged.events).length === 0);
  return { dialect: now.dialect, version: now.version, ...(fitting !== undefined && { fits: fitting.version }) };
};
