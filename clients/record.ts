import { z } from 'zod';

import { briefBody, briefOutput, type Clean } from './brief.ts';
import { caseIds } from './cases.ts';
import { type Facts, outcomeOf, waitsIn } from './outcome.ts';
import type { Seen } from './tap/seen.ts';

const texts = z.record(z.string(), z.string());

const outcomeSchema = z.strictObject({
  ended: z.string(),
  requests: z.array(z.string()),
  tries: z.union([z.number().int(), z.literal('several')]),
  prints: z.enum(['the whole answer', 'half an answer, then the whole', 'half an answer', 'no answer']),
  tool: z.strictObject({ ran: z.boolean(), resultSent: z.boolean() }).exactOptional(),
  streams: z.boolean().exactOptional(),
  retryAfter: z.enum(['waited', 'came back early', 'did not come back']).exactOptional(),
  namesAsked: z.array(z.string()),
  leftBehind: z.array(z.string()),
});

const exchangeSchema = z.strictObject({
  over: z.enum(['http', 'websocket']),
  method: z.string(),
  path: z.string(),
  requestHeaders: texts,
  requestBody: z.json().exactOptional(),
  requestBytes: z.number().int(),
  status: z.number().int(),
  responseHeaders: texts,
  responseBody: z.json().exactOptional(),
  ended: z.enum(['complete', 'cut by the proxy', 'left by the client']),
});

const recordedSchema = z.strictObject({
  client: z.string(),
  package: z.string(),
  version: z.string(),
  case: z.enum(caseIds),
  model: z.string(),
  command: z.string(),
  ran: z.strictObject({
    /** ISO date. */
    on: z.iso.date(),
    node: z.string(),
    system: z.string(),
    network: z.enum(['namespace', 'guard']),
  }),
  /** Compared by `--check`. */
  outcome: outcomeSchema,
  seconds: z.number(),
  /** Seconds between the end of each try and the beginning of the next, to a tenth. */
  waits: z.array(z.number()),
  output: z.string(),
  exchanges: z.array(exchangeSchema),
  /** How many there were, when not all of them are kept. */
  exchangesSeen: z.number().int(),
});

/** One run of one case, as it is kept in `exchanges/<client>/<case>.json`. */
export type Recorded = z.infer<typeof recordedSchema>;

/** Throws an Error that says what is wrong with a file. */
export const readRecorded = (text: string): Recorded => {
  const parsed = recordedSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
};

const keptExchanges = 6;
const dullHeader =
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|accept-encoding|date|sec-websocket-key|sec-websocket-accept)$/;

const headersOf = (headers: Readonly<Record<string, string>>, clean: Clean): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !dullHeader.test(name))
      .map(([name, value]) => [name, clean(value).slice(0, 300)]),
  );

const cleanJson = (value: unknown, clean: Clean): z.infer<ReturnType<typeof z.json>> =>
  JSON.parse(clean(JSON.stringify(value))) as z.infer<ReturnType<typeof z.json>>;

const exchangeOf = (seen: Seen, clean: Clean): Recorded['exchanges'][number] => {
  const asked = briefBody(seen.requestBody);
  const answered = briefBody(seen.responseBody);
  return {
    over: seen.over,
    method: seen.method,
    path: clean(seen.path),
    requestHeaders: headersOf(seen.requestHeaders, clean),
    ...(asked !== undefined && { requestBody: cleanJson(asked, clean) }),
    // To the kilobyte: what a client says of its machine and of the day changes the rest.
    requestBytes: Math.round(Buffer.byteLength(seen.requestBody) / 1_000) * 1_000,
    status: seen.status,
    responseHeaders: headersOf(seen.responseHeaders, clean),
    ...(answered !== undefined && { responseBody: cleanJson(answered, clean) }),
    ended: seen.ended,
  };
};

const tenths = (ms: number): number => Math.round(ms / 100) / 10;

export interface About {
  readonly ran: Recorded['ran'];
  readonly client: { readonly id: string; readonly package: string; readonly version: string };
  readonly model: string;
  /** As one types it. */
  readonly command: string;
  readonly ms: number;
}

/** @param clean takes out what is secret or of this machine */
export const recordOf = (facts: Facts, { ran, client, model, command, ms }: About, clean: Clean): Recorded => ({
  client: client.id,
  package: client.package,
  version: client.version,
  case: facts.case,
  model,
  command: clean(command),
  ran,
  outcome: JSON.parse(clean(JSON.stringify(outcomeOf(facts)))) as Recorded['outcome'],
  seconds: tenths(ms),
  waits: waitsIn(facts).slice(0, keptExchanges).map(tenths),
  output: clean(briefOutput(facts.output)),
  exchanges: facts.seen.slice(0, keptExchanges).map((seen) => exchangeOf(seen, clean)),
  exchangesSeen: facts.seen.length,
});
