import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';

import type { Kind } from './kinds.ts';
import { kindOf } from './kinds.ts';
import { keysOf, models, stableKey } from './setting.ts';

/** What the client side knows of all requests. */
export interface Tally {
  sent: number;
  /** Sent with a key that was valid for as long as the request took. */
  counted: number;
  /** Of `counted`: refused for its key. Must stay 0. */
  refusedKeys: number;
  /** Requests that the upstreams saw. */
  upstream: number;
  /** Answers that took longer than they may. */
  late: number;
  readonly statuses: Map<string, number>;
  /** The first few things that should not have happened. */
  readonly surprises: string[];
}

export const newTally = (): Tally => ({ sent: 0, counted: 0, refusedKeys: 0, upstream: 0, late: 0, statuses: new Map(), surprises: [] });

interface Ask {
  readonly path: string;
  readonly body: string;
}

const clients = ['chat', 'responses', 'messages', 'gemini'] as const;

/** How a client of each dialect asks. */
const asks: Readonly<Record<(typeof clients)[number], (model: string, stream: boolean, text: string) => Ask>> = {
  chat: (model, stream, content) => ({
    path: '/v1/chat/completions',
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content }] }),
  }),
  responses: (model, stream, input) => ({ path: '/v1/responses', body: JSON.stringify({ model, stream, input }) }),
  messages: (model, stream, content) => ({
    path: '/v1/messages',
    body: JSON.stringify({ model, stream, max_tokens: 100, messages: [{ role: 'user', content }] }),
  }),
  gemini: (model, stream, text) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text }] }] }),
  }),
};

export interface Surroundings {
  readonly proxyUrl: string;
  readonly upstream: MockUpstream;
  /** The generation of client keys that is in force for certain. */
  readonly generation: () => number;
  readonly tally: Tally;
}

const slowestMs = 30_000;
const mostSurprises = 20;

const note = (tally: Tally, text: string): void => {
  if (tally.surprises.length < mostSurprises) tally.surprises.push(text);
};

const keyFor = (kind: Kind, n: number, generation: number): string => {
  if (kind.client === 'bad-key') return 'soak-nobodys-key';
  const [, newest = stableKey] = keysOf(generation);
  return n % 2 === 0 ? stableKey : newest;
};

/** The token in the text joins both sides; the script makes the client leave as soon as its request has arrived. */
const prepare = (kind: Kind, n: number, upstream: MockUpstream, leave: () => void): string => {
  const token = `wpt_${n.toString(36).padStart(16, '0')}`;
  const { script } = kind;
  if (script === undefined) return token;
  upstream.script(token, (request) => {
    if (kind.client === 'leaves') setImmediate(leave);
    return script(request);
  });
  return token;
};

const causeOf = (error: unknown): string => {
  const { cause } = error as { readonly cause?: unknown };
  return cause instanceof Error ? cause.message : '';
};

/** Sends the n-th request and reads its answer to the end, whatever that is. */
export const sendOne = async ({ proxyUrl, upstream, generation, tally }: Surroundings, n: number): Promise<void> => {
  const kind = kindOf(n);
  const leaving = new AbortController();
  const token = prepare(kind, n, upstream, () => leaving.abort());
  const model = kind.client === 'unknown-model' ? `nobody-${n}` : (models[Math.floor(n / 7) % models.length] ?? models[0]);
  const stream = kind.streams ?? n % 2 === 0;
  const ask = asks[clients[n % clients.length] ?? 'chat'](model, stream, `Say that Wireproof is ok. ${token}`);
  tally.sent += 1;
  if (kind.counted) tally.counted += 1;
  const startedAt = performance.now();
  let said = 'left';
  try {
    const answer = await fetch(proxyUrl + ask.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyFor(kind, n, generation())}`, 'content-type': 'application/json' },
      body: kind.client === 'no-json' ? '{"model":' : ask.body,
      signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(slowestMs)]),
    });
    said = String(answer.status);
    if (answer.status === 401 && kind.counted) tally.refusedKeys += 1;
    await answer.arrayBuffer();
  } catch (error) {
    if (!leaving.signal.aborted) {
      said = 'broken';
      note(tally, `${kind.name} (${model}, ${ask.path}): ${String(error)} ${causeOf(error)}`);
    }
  }
  if (performance.now() - startedAt > slowestMs - 1_000) tally.late += 1;
  const key = `${kind.name}: ${said}`;
  tally.statuses.set(key, (tally.statuses.get(key) ?? 0) + 1);
  await settle(upstream, token, tally, kind);
};

/** The upstream's side of the request is over before its calls are counted and forgotten. */
const settle = async (upstream: MockUpstream, token: string, tally: Tally, kind: Kind): Promise<void> => {
  try {
    await upstream.settled(token, 10_000);
  } catch {
    note(tally, `${kind.name}: the upstream still works 10 s after the client has gone`);
  }
  tally.upstream += upstream.calls(token).length;
  upstream.forget(token);
};
