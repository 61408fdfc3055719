import { exchange, replay, startMockUpstream } from '#fixtures/index';
import type { Ending, MockUpstream, Play, SurfaceId } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

/** Each fault of an upstream, seen by a client of each dialect, behind its own dialect and behind another, streamed and whole. */

const clients = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;
type Client = (typeof clients)[number];

const other: Readonly<Record<Client, Client>> = {
  'openai-chat': 'anthropic-messages',
  'openai-responses': 'openai-chat',
  'anthropic-messages': 'gemini-generate',
  'gemini-generate': 'openai-responses',
};
const pairs = clients.flatMap((client) => [[client, client] as const, [client, other[client]] as const]);

const openProxy = (upstream: MockUpstream, silenceSeconds: number): Promise<FastifyInstance> => {
  const compatible = (surface: SurfaceId, wire: string): object => ({
    name: surface,
    'base-url': upstream.baseUrl(surface),
    'wire-api': wire,
    'api-key-entries': [{ 'api-key': 'upstream-key' }],
    models: [{ name: surface }],
  });
  const vendor = (surface: SurfaceId): readonly object[] => [
    { 'api-key': 'upstream-key', 'base-url': upstream.baseUrl(surface), models: [{ name: surface }] },
  ];
  return buildProxy({
    config: {
      'openai-compatibility': [compatible('openai-chat', 'chat'), compatible('openai-responses', 'responses')],
      'claude-api-key': vendor('anthropic-messages'),
      'gemini-api-key': vendor('gemini-generate'),
      'request-timeout-seconds': silenceSeconds,
    },
    clock: { now: () => 1_770_000_000_000 },
  });
};

interface Running {
  readonly upstream: MockUpstream;
  readonly url: string;
  readonly close: () => Promise<void>;
}

const start = async (silenceSeconds: number): Promise<Running> => {
  const upstream = await startMockUpstream();
  const app = await openProxy(upstream, silenceSeconds);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const close = async (): Promise<void> => {
    await app.close();
    await upstream.close();
  };
  return { upstream, url, close };
};

const request = (client: Client, model: string, stream: boolean, text: string): { readonly path: string; readonly body: object } => {
  const messages = [{ role: 'user', content: text }];
  switch (client) {
    case 'openai-chat':
      return { path: '/v1/chat/completions', body: { model, messages, stream } };
    case 'openai-responses':
      return { path: '/v1/responses', body: { model, input: text, stream } };
    case 'anthropic-messages':
      return { path: '/v1/messages', body: { model, max_tokens: 9, messages, stream } };
    default: {
      const action = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
      return { path: `/v1beta/models/${model}:${action}`, body: { contents: [{ role: 'user', parts: [{ text }] }] } };
    }
  }
};

let tokens = 0;

const ask = async ({ upstream, url }: Running, client: Client, model: Client, stream: boolean, play: Omit<Play, 'exchange'>) => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, replay({ exchange: `${model}/text${stream ? '.stream' : ''}`, ...play }));
  const { path, body } = request(client, model, stream, token);
  const response = await fetch(url + path, { method: 'POST', headers: { connection: 'close' }, body: JSON.stringify(body) });
  const text = await response.text();
  await upstream.settled(token, 5_000);
  return { status: response.status, contentType: response.headers.get('content-type'), text, calls: upstream.calls(token) };
};

const cell = (client: Client, model: Client): string => `${client} behind ${model}`;

type Pairs = readonly (readonly [Client, Client])[];

/** One result per pair. */
const inEachCell = async <T>(one: (client: Client, model: Client) => Promise<T>): Promise<Record<string, T>> => {
  const results = pairs.map(async ([client, model]) => [cell(client, model), await one(client, model)] as const);
  return Object.fromEntries(await Promise.all(results));
};

/** The same one after the other, for large answers. */
const cellByCell = async <T>(some: Pairs, one: (client: Client, model: Client) => Promise<T>): Promise<Record<string, T>> => {
  const seen: Record<string, T> = {};
  for (const [client, model] of some) seen[cell(client, model)] = await one(client, model);
  return seen;
};

const expectedCells = <T>(of: (client: Client, model: Client) => T, some: Pairs = pairs): Record<string, T> =>
  Object.fromEntries(some.map(([client, model]) => [cell(client, model), of(client, model)]));

type Code = 'upstream_bad_answer' | 'upstream_timeout' | 'upstream_unreachable';
const statusOf: Readonly<Record<Code, number>> = { upstream_bad_answer: 502, upstream_timeout: 504, upstream_unreachable: 502 };

const message = expect.any(String) as unknown;

/** What an ordinary HTTP error of the proxy says in each dialect. */
const envelope = (client: Client, code: Code): object => {
  switch (client) {
    case 'anthropic-messages':
      return { type: 'error', error: { type: code === 'upstream_timeout' ? 'timeout_error' : 'api_error', message } };
    case 'gemini-generate':
      return { error: { code: statusOf[code], message, status: expect.any(String) as unknown } };
    default:
      return { error: { message, type: 'server_error', param: null, code } };
  }
};

/** The event that tells of a failure after 200. */
const errorEvent = (client: Client, code: Code): object =>
  client === 'openai-responses'
    ? { type: 'error', code, message, param: null, sequence_number: expect.any(Number) as unknown }
    : envelope(client, code);

const lastData = (text: string): unknown => {
  const data = text
    .trimEnd()
    .split(/\r?\n\r?\n/)
    .at(-1)
    ?.split('\n')
    .find((line) => line.startsWith('data: '));
  return data === undefined ? `no event at the end: ${text.slice(-80)}` : (JSON.parse(data.slice(6)) as unknown);
};

const endsCleanly = (text: string): boolean =>
  /\[DONE\]|message_stop|response\.completed|"finishReason"|"finish_reason":\s*"/.test(text) || !text.endsWith('\n\n');

/** How an answer that failed half-way arrived. */
const broken = ({ status, text }: { readonly status: number; readonly text: string }): object => ({
  status,
  last: lastData(text),
  clean: endsCleanly(text),
});

const refused = ({
  status,
  contentType,
  text,
}: {
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}) => ({
  status,
  contentType,
  body: JSON.parse(text) as unknown,
});

const refusal = (client: Client, code: Code): object => ({
  status: statusOf[code],
  contentType: 'application/json; charset=utf-8',
  body: envelope(client, code),
});

let patient: Running;
/** For faults of silence only, so that a slow machine is not mistaken for one. */
let hasty: Running;
beforeAll(async () => {
  [patient, hasty] = await Promise.all([start(20), start(0.2001)]);
});
afterAll(async () => {
  await Promise.all([patient.close(), hasty.close()]);
});

const endings: readonly Ending[] = ['reset', 'eof', 'mid-chunk', 'clean-eof', 'garbage', 'bad-json', 'bad-chunk-size'];
const bad: Code = 'upstream_bad_answer';

describe.each(endings)('%s', (ending) => {
  it('after two events: the events, then the error event of the dialect', async () => {
    const fault = { afterEvents: 2, ending };
    const seen = await inEachCell(async (client, model) => broken(await ask(patient, client, model, true, { fault })));
    expect(seen).toEqual(expectedCells((client) => ({ status: 200, last: errorEvent(client, bad), clean: false })));
  });

  it.each([true, false])('before anything of the body (stream: %s): an ordinary error', async (stream) => {
    const fault = { afterEvents: 0, ending };
    const seen = await inEachCell(async (client, model) => refused(await ask(patient, client, model, stream, { fault })));
    expect(seen).toEqual(expectedCells((client) => refusal(client, bad)));
  });
});

describe('silence', () => {
  it('after two events ends in the error event', async () => {
    const fault = { afterEvents: 2, ending: 'stall' } as const;
    const seen = await inEachCell(async (client, model) => broken(await ask(hasty, client, model, true, { fault })));
    expect(seen).toEqual(expectedCells((client) => ({ status: 200, last: errorEvent(client, 'upstream_timeout'), clean: false })));
  });

  it.each<[string, boolean, Omit<Play, 'exchange'>]>([
    ['behind the head', true, { fault: { afterEvents: 0, ending: 'stall' } }],
    ['behind the head', false, { fault: { afterEvents: 0, ending: 'stall' } }],
    ['before the head', true, { delayMs: 60_000 }],
    ['before the head', false, { delayMs: 60_000 }],
    ['all through a head that comes byte by byte', true, { wire: 'slow-head' }],
    ['all through a head that comes byte by byte', false, { wire: 'slow-head' }],
  ])('%s (stream: %s) is an ordinary error', async (_where, stream, play) => {
    const seen = await inEachCell(async (client, model) => refused(await ask(hasty, client, model, stream, play)));
    expect(seen).toEqual(expectedCells((client) => refusal(client, 'upstream_timeout')));
  });
});

describe('what has no end', () => {
  const mebibyte = 1024 * 1024;
  /** Reading is the same for all dialects, and up to 64 MiB are read: one pair of each kind has to do. */
  const few: Pairs = [
    ['openai-chat', 'openai-chat'],
    ['anthropic-messages', 'gemini-generate'],
  ];

  it.each([
    [true, 2, 16, few],
    [false, 0, 64, few],
  ] as const)(
    'an oversized line (stream: %s) is read up to a bound',
    async (stream, afterEvents, bound, some) => {
      const seen = await cellByCell(some, async (client, model) => {
        const said = await ask(patient, client, model, stream, { fault: { afterEvents, ending: 'oversized-line' } });
        const { ended, bytesWritten = 0 } = said.calls[0]?.receipt ?? {};
        // The kernel's buffers on both sides hold some mebibytes more.
        return { answer: stream ? broken(said) : refused(said), ended, within: bytesWritten < (bound + 14) * mebibyte };
      });
      expect(seen).toEqual(
        expectedCells(
          (client) => ({
            answer: stream ? { status: 200, last: errorEvent(client, bad), clean: false } : refusal(client, bad),
            ended: 'client-left',
            within: true,
          }),
          some,
        ),
      );
    },
    20_000,
  );

  it.each([
    [true, few],
    [false, few.slice(0, 1)],
  ] as const)(
    'a gzip bomb (stream: %s) is not blown up',
    async (stream, some) => {
      const fault = { afterEvents: 0, ending: 'gzip-bomb' } as const;
      const seen = await cellByCell(some, async (client, model) => refused(await ask(patient, client, model, stream, { fault })));
      expect(seen).toEqual(expectedCells((client) => refusal(client, bad), some));
      const { body } = seen['openai-chat behind openai-chat'] ?? {};
      expect((body as { error: { message: string } }).error.message).toMatch(/larger than \d+ bytes\.$/);
    },
    20_000,
  );
});

describe('HTTP that is unusual', () => {
  it.each(['http-1.0', 'informational', 'trailers'] as const)('%s makes no difference to the client', async (wire) => {
    for (const stream of [true, false]) {
      const [plain, unusual] = await Promise.all([
        inEachCell((client, model) => ask(patient, client, model, stream, {})),
        inEachCell((client, model) => ask(patient, client, model, stream, { wire })),
      ]);
      const shown = (cells: typeof plain): object =>
        Object.fromEntries(Object.entries(cells).map(([name, { status, contentType, text }]) => [name, { status, contentType, text }]));
      expect(shown(unusual)).toEqual(shown(plain));
    }
  });

  it('a stream of HTTP/1.0 that stops early does not pass for a whole one', async () => {
    const play = { wire: 'http-1.0', fault: { afterEvents: 2, ending: 'eof' } } as const;
    const seen = await inEachCell(async (client, model) => broken(await ask(patient, client, model, true, play)));
    expect(seen).toEqual(expectedCells((client) => ({ status: 200, last: errorEvent(client, bad), clean: false })));
  });
});

/** What keeps the process alive, by kind. */
const resources = (): Record<string, number> => {
  const counts: Record<string, number> = { TCPSocketWrap: 0, TCPServerWrap: 0, Timeout: 0 };
  for (const kind of process.getActiveResourcesInfo()) if (kind in counts) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

const atMost = (counts: Readonly<Record<string, number>>, bound: Readonly<Record<string, number>>): boolean =>
  Object.entries(counts).every(([kind, count]) => count <= (bound[kind] ?? 0));

/** Sockets close on the turns of the event loop that follow. */
const settledResources = async (bound: Readonly<Record<string, number>>): Promise<Record<string, number>> => {
  for (let turn = 0; turn < 10_000 && !atMost(resources(), bound); turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return resources();
};

describe('nothing is left', () => {
  it.each([true, false])(
    'after every fault and closing (stream: %s): no socket, no timer',
    async (stream) => {
      // The runner has a timer of its own at times, hence a bound; the exchanges below are 72.
      const before = resources();
      const running = await start(0.2);
      const faults = [...endings, 'stall' as const].map((ending) => ({ fault: { afterEvents: stream ? 1 : 0, ending } }));
      await Promise.all([...faults, { wire: 'slow-head' } as const].map((play) => inEachCell((c, m) => ask(running, c, m, stream, play))));
      expect(resources().TCPServerWrap).toBe((before.TCPServerWrap ?? 0) + 2);
      await running.close();
      expect(await settledResources(before)).toSatisfy((after: Record<string, number>) => atMost(after, before));
    },
    20_000,
  );

  /** After the others HTTP is in order, and the connection waits for the next request. */
  const breaking: readonly Ending[] = ['reset', 'eof', 'mid-chunk', 'bad-chunk-size', 'stall'];
  const each = breaking.flatMap((ending) => [true, false].map((stream) => [ending, stream] as const));

  it.each(each)('after %s (stream: %s), while the proxy goes on: no socket, no timer', async (ending, stream) => {
    const atFirst = resources();
    const running = await start(ending === 'stall' ? 0.2 : 20);
    const before = resources();
    const fault = { afterEvents: stream ? 1 : 0, ending };
    await inEachCell((client, model) => ask(running, client, model, stream, { fault }));
    expect(await settledResources(before)).toSatisfy((after: Record<string, number>) => atMost(after, before));
    await running.close();
    await settledResources(atFirst);
  });
});

describe('the matrix itself', () => {
  it('cuts before the end of each stream', () => {
    const lengths = clients.map((client) => exchange(`${client}/text.stream`).response.chunks.length);
    expect(lengths.every((length) => length > 2)).toBe(true);
  });
});
