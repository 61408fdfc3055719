import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { exchange } from '#fixtures/index';
import * as fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import { editTopLevel, replaceTopLevel } from '../json/json-text.ts';
import { cutInto, mutated, nastyBodies, nastyObject, numbersFrom } from '../testing/nasty-json.ts';

/** What an upstream receives of a body in its own dialect: the bytes that came, but for what had to change, parsed or not. */

const surfaces = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;
type Surface = (typeof surfaces)[number];

/** The last body that the upstream received. */
let received: Buffer | undefined;

const answerOf = (surface: Surface): Buffer =>
  Buffer.concat(exchange(`${surface}/text`).response.chunks.map((chunk) => Buffer.from('utf8' in chunk ? chunk.utf8 : '')));

const answers = new Map(surfaces.map((surface) => [surface, answerOf(surface)] as const));

const upstream = createServer((incoming, response) => {
  const pieces: Buffer[] = [];
  incoming.on('data', (piece: Buffer) => pieces.push(piece));
  incoming.on('end', () => {
    received = Buffer.concat(pieces);
    response.setHeader('content-type', 'application/json').end(answers.get(/^\/([a-z-]+)/.exec(incoming.url ?? '')?.[1] as Surface));
  });
});

const models = [{ name: 'm' }, { name: 'ruled' }, { name: 'upstream-name', alias: 'shown-name' }];

const configOf = (base: string): object => {
  const compatible = (name: Surface, wire: string): object => ({
    name,
    prefix: name,
    'base-url': `${base}/${name}`,
    'wire-api': wire,
    'api-key-entries': [{ 'api-key': 'k' }],
    models,
  });
  const vendor = (name: Surface): object => [{ 'api-key': 'k', prefix: name, 'base-url': `${base}/${name}`, models }];
  return {
    'openai-compatibility': [compatible('openai-chat', 'chat'), compatible('openai-responses', 'responses')],
    'claude-api-key': vendor('anthropic-messages'),
    'gemini-api-key': vendor('gemini-generate'),
    payload: {
      override: [{ models: [{ name: 'ruled' }], params: { ruled: { by: [1] } } }],
      filter: [{ models: [{ name: 'ruled' }], params: ['gone'] }],
    },
  };
};

let app: FastifyInstance;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
beforeAll(async () => {
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  app = await buildProxy({
    config: configOf(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`),
    clock: { now: () => 1_770_000_000_000 },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  agent.destroy();
  await app.close();
  upstream.closeAllConnections();
  upstream.close();
});

const paths: Readonly<Record<Surface, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  'gemini-generate': '/v1beta/models/MODEL:generateContent',
};

interface Outcome {
  readonly status: number | undefined;
  readonly answer: string;
  /** `undefined`: nothing reached the upstream. */
  readonly sent: string | undefined;
}

/** Sends the pieces one after the other. */
const post = async (surface: Surface, model: string, pieces: readonly Buffer[]): Promise<Outcome> => {
  received = undefined;
  const path = paths[surface].replace('MODEL', encodeURIComponent(model));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const headers = { 'content-type': 'application/json', 'content-length': length };
  const sending = request({ port: (app.server.address() as AddressInfo).port, method: 'POST', path, agent, headers });
  const answered = once(sending, 'response');
  for (const piece of pieces) {
    sending.write(piece);
    await nextTurn();
  }
  sending.end();
  const [response] = (await answered) as [AsyncIterable<Buffer> & { readonly statusCode?: number }];
  const answer: Buffer[] = [];
  for await (const piece of response) answer.push(piece);
  return {
    status: response.statusCode,
    answer: Buffer.concat(answer).toString(),
    sent: (received as Buffer | undefined)?.toString('latin1'),
  };
};

const latin = (text: string): string => Buffer.from(text).toString('latin1');

/** A first member whose name only parsing tells, so that the whole body has to be parsed. */
const forcing = String.raw`"\u007apad":0,`;
const forced = (text: string): string => text.replace('{', `{${forcing}`);

const parsedBodies = async (): Promise<number> => {
  const { body } = await app.inject({ url: '/metrics' });
  return Number(/^wireproof_proxy_parsed_bodies_total (\d+)$/m.exec(body)?.[1] ?? 0);
};

/** Parse, change, encode: what the proxy did when it parsed every body. */
interface Change {
  readonly name: string;
  readonly asks: (surface: Surface) => string;
  readonly members: (surface: Surface) => readonly (readonly [string, unknown])[];
  readonly changed: (text: string, surface: Surface) => string;
}

type Members = Readonly<Record<string, unknown>>;

/** With the upstream's name, and asking for the count of a stream: what the proxy changes of its own accord. */
const asked = (text: string, surface: Surface, name: string): string => {
  const { model, stream } = JSON.parse(text) as Members;
  const named = typeof model === 'string' ? replaceTopLevel(text, 'model', name) : text;
  const isCounted = surface === 'openai-chat' && stream === true;
  return isCounted ? editTopLevel(named, { stream_options: { include_usage: true } }) : named;
};

const changes: readonly Change[] = [
  { name: 'nothing', asks: (at) => `${at}/m`, members: () => [], changed: (text, at) => asked(text, at, 'm') },
  { name: 'an alias', asks: (at) => `${at}/shown-name`, members: () => [], changed: (text, at) => asked(text, at, 'upstream-name') },
  {
    name: 'payload rules',
    asks: (at) => `${at}/ruled`,
    members: () => [['gone', { a: 1 }]],
    changed: (text, at) => editTopLevel(asked(text, at, 'ruled'), { ruled: { by: [1] }, gone: undefined }),
  },
  {
    name: 'a count of a stream',
    asks: (at) => `${at}/m`,
    members: (at) => (at === 'gemini-generate' ? [] : [['stream', true]]),
    changed: (text, at) => asked(text, at, 'm'),
  },
];

const seed = fc.nat(2 ** 31);
const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }).map((some) => [...some, 100_000]);
const entries = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' })), {
  maxLength: 6,
});
const escapedKeys = fc.boolean();

/** With these members before the others, some of which may be called the same. */
const bodyText = (first: readonly (readonly [string, unknown])[], others: string): string => {
  const more = first.map(([name, value]) => `${JSON.stringify(name)} : ${JSON.stringify(value)}`).join(' ,');
  return others.replace(/\{(\s*)(\}?)/, (_all, space: string, end: string) => `{${more}${end === '' ? ',' : ''}${space}${end}`);
};

/** Gemini's address names the model. */
const firstMember = (surface: Surface, model: string): readonly [string, unknown] =>
  surface === 'gemini-generate' ? ['contents', []] : ['model', model];

describe.each(surfaces)('a body of %s', (surface) => {
  it.each(changes)('in which $name changes', async ({ asks, members, changed }) => {
    await fc.assert(
      fc.asyncProperty(entries, seed, sizes, escapedKeys, async (given, from, by, escapes) => {
        const model = asks(surface);
        const first = [firstMember(surface, model), ...members(surface)];
        const text = bodyText(first, nastyObject(given, numbersFrom(from), { escapedKeys: escapes }));
        const fast = await post(surface, model, cutInto(Buffer.from(text), by));
        const slow = await post(surface, model, [Buffer.from(forced(text))]);
        expect({ ...fast, sent: fast.sent ?? 'nothing' }).toEqual({ ...slow, sent: slow.sent?.replace(forcing, '') ?? 'nothing' });
        expect(fast.sent ?? 'nothing').toBe(fast.sent === undefined ? 'nothing' : latin(changed(text, surface)));
      }),
      { numRuns: 12 },
    );
  });

  it('whose model has a suffix is the same but for its name and the amount of reasoning', async () => {
    await fc.assert(
      fc.asyncProperty(entries, seed, sizes, async (given, from, by) => {
        const model = `${surface}/m(high)`;
        const text = bodyText([firstMember(surface, model)], nastyObject(given, numbersFrom(from), { escapedKeys: false }));
        const fast = await post(surface, model, cutInto(Buffer.from(text), by));
        const slow = await post(surface, model, [Buffer.from(forced(text))]);
        expect({ ...fast, sent: fast.sent ?? 'nothing' }).toEqual({ ...slow, sent: slow.sent?.replace(forcing, '') ?? 'nothing' });
        if (fast.sent === undefined) return;
        const sent = JSON.parse(Buffer.from(fast.sent, 'latin1').toString()) as Readonly<Record<string, unknown>>;
        const added = [
          'reasoning_effort',
          'reasoning',
          'thinking',
          'output_config',
          'generationConfig',
          'max_tokens',
          'model',
          'stream_options',
        ];
        const without = (tree: object): object => Object.fromEntries(Object.entries(tree).filter(([key]) => !added.includes(key)));
        expect(without(sent)).toEqual(without(JSON.parse(text) as object));
        expect(fast.sent).not.toBe(latin(text));
      }),
      { numRuns: 12 },
    );
  });
});

describe('a body that JSON.parse refuses', () => {
  const isObject = (bytes: Buffer): boolean => {
    try {
      const tree = JSON.parse(bytes.toString()) as unknown;
      return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
    } catch {
      return false;
    }
  };

  it('or that is no object is refused with 400, and never reaches the upstream', async () => {
    const refused = nastyBodies.filter((bytes) => !isObject(bytes));
    expect(refused.length).toBeGreaterThan(200);
    for (const bytes of refused) {
      const { status, sent } = await post('gemini-generate', 'gemini-generate/m', [bytes]);
      expect([bytes.toString('latin1'), status, sent]).toEqual([bytes.toString('latin1'), 400, undefined]);
    }
  });

  it('is refused however it came to be and wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(entries, seed, sizes, fc.integer({ min: 1, max: 3 }), async (given, from, by, count) => {
        const next = numbersFrom(from);
        let bytes: Buffer = Buffer.from(nastyObject(given, next, { escapedKeys: true }));
        for (let change = 0; change < count; change += 1) bytes = mutated(bytes, next);
        const { status, sent } = await post('gemini-generate', 'gemini-generate/m', cutInto(bytes, by));
        const model = isObject(bytes) ? (JSON.parse(bytes.toString()) as { readonly model?: unknown }).model : undefined;
        const isRenamed = typeof model === 'string' && model !== 'm';
        // Text that is made of other bytes than UTF-8 is not those bytes any more, where parsing has to show what is in it.
        if (isRenamed && !isUtf8(bytes)) return;
        const text = bytes.toString('latin1');
        const expected = isRenamed ? replaceTopLevel(text, 'model', 'm') : text;
        expect([status, sent]).toEqual(isObject(bytes) ? [200, expected] : [400, undefined]);
      }),
      { numRuns: 80 },
    );
  });
});

describe('odd bodies that are valid', () => {
  it('pass as they came', async () => {
    for (const bytes of nastyBodies) {
      const { status, sent } = await post('gemini-generate', 'gemini-generate/m', cutInto(bytes, [Math.ceil(bytes.length / 3) || 1]));
      if (status === 400) continue;
      const text = bytes.toString('latin1');
      const model = (JSON.parse(text) as { readonly model?: unknown }).model;
      expect([status, sent]).toEqual([200, typeof model === 'string' && model !== 'm' ? replaceTopLevel(text, 'model', 'm') : text]);
    }
  });

  it('and large come in many pieces, and leave as they came', async () => {
    const filler = 'é\\"model":{'.repeat(40_000);
    const text = `{"model":"openai-chat/shown-name","messages":[{"role":"user","content":${JSON.stringify(filler)}}],"n": 1.0}`;
    const { status, sent } = await post('openai-chat', '', cutInto(Buffer.from(text), [50_001]));
    expect([status, sent === latin(replaceTopLevel(text, 'model', 'upstream-name'))]).toEqual([200, true]);
  });
});

describe('bodies that have to be parsed', () => {
  const many = Array.from({ length: 300 }, (_, index) => `"k${index}":"v"`).join(',');

  it.each<readonly [string, string, number]>([
    ['none that is plain', '{"model":"openai-chat/m","messages":[{"m\\u006fdel":1,"x":1,"x":2}]}', 0],
    ['one with an escaped key', '{"model":"openai-chat/m","m\\u0065ssages":[]}', 1],
    ['one with a key that stands twice', '{"model":"openai-chat/m","n":1,"n":1}', 1],
    ['one with a great many members', `{"model":"openai-chat/m",${many}}`, 1],
    ['one that is nested deeply', `{"model":"openai-chat/m","x":${'['.repeat(300)}${']'.repeat(300)}}`, 1],
    ['one that is no JSON', '{"model":"openai-chat/m",}', 1],
  ])('are counted: %s', async (_what, text, count) => {
    const before = await parsedBodies();
    await post('openai-chat', '', [Buffer.from(text)]);
    expect((await parsedBodies()) - before).toBe(count);
  });
});
