import { checkResponse } from '#fixtures/wire-check';
import type { Finding } from '#fixtures/wire/finding';

import type { Sample, SampleBody } from './sample.ts';

const hopHeaders: ReadonlySet<string> = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

const textOf = (body: SampleBody): string => {
  if (body.form === 'other') return body.text;
  if (body.form === 'json') return JSON.stringify(body.value);
  const events = body.events.map(({ event, data }) => {
    const lines = data.split('\n').map((line) => `data: ${line}\n`);
    return `${event === undefined ? '' : `event: ${event}\n`}${lines.join('')}\n`;
  });
  return events.join('') + body.rest;
};

/** What the strict wire rules of the sample's surface say against it; nothing where there are none. `body` in place of its own. */
export const wireVerdict = async (sample: Sample, body: SampleBody = sample.body): Promise<readonly Finding[]> => {
  if (sample.surface === undefined) return [];
  const headers = Object.fromEntries(Object.entries(sample.headers).filter(([name]) => !hopHeaders.has(name)));
  return checkResponse({
    id: 'drift/sample',
    about: 'a sample as an exchange',
    dialect: sample.surface,
    deviates: [],
    provenance: { kind: 'documented', source: 'drift' },
    redactions: [],
    request: {
      method: sample.request.method === 'GET' ? 'GET' : 'POST',
      path: sample.request.path,
      headers: {},
      ...(sample.request.body !== undefined && { body: sample.request.body as never }),
    },
    response: {
      status: sample.status,
      headers,
      chunks: [{ afterMs: 0, utf8: textOf(body) }],
      ends: sample.ends === 'complete' ? 'closed' : 'reset',
    },
    sha256: '',
  });
};

const schemaRules: ReadonlySet<string> = new Set(['schema', 'error-envelope']);
export const isOfSchema = ({ rule }: Finding): boolean => schemaRules.has(rule);

/** Names only, so that `event 3: its data choices.0.delta: …` and `body.choices[].delta` can be compared: `choices.delta`. */
const namesIn = (path: string): readonly string[] => path.split('.').filter((name) => name !== '' && !/^\d+$/.test(name));

/** The path that a schema's finding speaks of; empty when it speaks of the whole. */
export const pathInFinding = ({ message }: Finding): readonly string[] => {
  const path = /^(?:event \d+: its data|body) ([^ :]+):/.exec(message)?.[1];
  return path === undefined ? [] : namesIn(path);
};

/** A change's path without `body`, `events[…]`, variants and list marks. */
export const namesOfPlace = (path: string): readonly string[] =>
  namesIn(path.replaceAll(/\[[^\]]*\]/g, '').replace(/^(?:body|events)/, ''));

/** Whether one of the two is at or inside the other. */
export const concerns = (finding: Finding, path: string): boolean => {
  const [said, place] = [pathInFinding(finding), namesOfPlace(path)];
  const shared = Math.min(said.length, place.length);
  return said.slice(0, shared).join('.') === place.slice(0, shared).join('.');
};
