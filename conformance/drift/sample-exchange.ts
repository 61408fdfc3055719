import type { Exchange } from '#fixtures/exchange';

import type { Sample, SampleBody } from './sample.ts';

/** Of the connection, or undone when the body was read. */
const ofTheTransfer: ReadonlySet<string> = new Set(['connection', 'content-encoding', 'content-length', 'keep-alive', 'transfer-encoding']);

const textOf = (body: SampleBody): string => {
  if (body.form === 'other') return body.text;
  if (body.form === 'json') return JSON.stringify(body.value);
  const events = body.events.map(({ event, data }) => {
    const lines = data.split('\n').map((line) => `data: ${line}\n`);
    return `${event === undefined ? '' : `event: ${event}\n`}${lines.join('')}\n`;
  });
  return events.join('') + body.rest;
};

/** Rules know a media type by its usual spelling. */
const headersOf = ({ headers }: Sample): Readonly<Record<string, string>> => {
  const kept = Object.entries(headers).filter(([name]) => !ofTheTransfer.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, name === 'content-type' ? value.toLowerCase() : value]));
};

/** A sample as an exchange that nobody sealed, to be judged or played. `body` in place of its own; undefined without a surface. */
export const exchangeOfSample = (sample: Sample, body: SampleBody = sample.body): Exchange | undefined => {
  if (sample.surface === undefined) return undefined;
  return {
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
      headers: headersOf(sample),
      chunks: [{ afterMs: 0, utf8: textOf(body) }],
      ends: sample.ends === 'complete' ? 'closed' : 'reset',
    },
    sha256: '',
  };
};
