import assert from 'node:assert/strict';

import { exchange } from '#fixtures/catalogue';
import type { SurfaceId } from '#fixtures/exchange';
import { answer, replay, type Play, type Script } from '#fixtures/upstreams/script';
import { textOfOutput, toolResultsIn } from '#scenarios/kit/index';

import type { ProxiedUpstreams, Topic } from './proxied-upstreams.ts';

/** What every real client must be able to do through the proxy, whichever upstream answers. A client's own file says how it does it. */

/** Where a client is pointed, and how it is set up. */
export interface Connection {
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
  readonly maxRetries: number;
  readonly timeoutMs: number;
}

export interface Ask {
  readonly text: string;
  readonly stream: boolean;
  /** Base64 of a PNG that goes with the text. */
  readonly image?: string;
  readonly signal?: AbortSignal;
  /** Called with every piece of text of a stream. */
  readonly onText?: (piece: string) => void;
}

export interface Said {
  readonly text: string;
  readonly outputTokens: number | undefined;
}

/** An error as the client's users see it. */
export interface ClientFailure {
  readonly className: string;
  readonly status: number | undefined;
  readonly message: string;
  /** Reads a header of the answer, where the client's errors show them. */
  readonly header?: (name: string) => string | null | undefined;
}

export interface ClientUnderTest {
  readonly name: string;
  /** The client's own classes. */
  readonly classes: Readonly<Record<'badRequest' | 'rateLimit' | 'timeout' | 'abort', string>>;
  /** Whether its errors show the answer's headers. */
  readonly showsHeaders: boolean;
  readonly say: (connection: Connection, ask: Ask) => Promise<Said>;
  /** Asks with the tool, gives `toolOutput` to the call, and asks again. */
  readonly useTool: (
    connection: Connection,
    ask: Ask,
  ) => Promise<{ readonly name: unknown; readonly input: unknown; readonly text: string }>;
  readonly failure: (error: unknown) => ClientFailure;
}

export interface Behaviour {
  readonly title: string;
  readonly prove: (proxied: ProxiedUpstreams) => Promise<void>;
}

/** The tool that the mocked upstreams call. */
export const tool = {
  name: 'lookup',
  description: 'Looks up the weather in a city.',
  parameters: {
    type: 'object' as const,
    properties: { city: { type: 'string' as const } },
    required: ['city'],
    additionalProperties: false,
  },
};
export const toolOutput = '21 °C';
/** A transparent PNG of one pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const finalText = 'Wireproof says ok.';

const surfaces: readonly SurfaceId[] = ['openai-chat', 'openai-responses', 'codex', 'anthropic-messages', 'gemini-generate', 'antigravity'];

/** Longer than any test. */
const forEverMs = 600_000;
const patience = { maxRetries: 0, timeoutMs: 30_000 };

interface Case {
  readonly client: ClientUnderTest;
  readonly surface: SurfaceId;
  readonly proxied: ProxiedUpstreams;
}

const connect = ({ proxied, surface }: Case, setup: Partial<typeof patience> = {}): Connection => ({
  url: proxied.url,
  apiKey: proxied.apiKey,
  model: proxied.modelOf(surface),
  ...patience,
  ...setup,
});

const failureIn = async ({ client }: Case, asking: Promise<unknown>): Promise<ClientFailure> => {
  const outcome = await asking.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert.ok('error' in outcome, `an error was expected, not ${JSON.stringify(outcome)}`);
  return client.failure(outcome.error);
};

const wordsOf = (exchangeId: string): string => {
  const [chunk] = exchange(exchangeId).response.chunks;
  const body = JSON.parse(chunk !== undefined && 'utf8' in chunk ? chunk.utf8 : '') as { readonly error: { readonly message: string } };
  return body.error.message;
};

const speaks =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(answer('text'));
    const pieces: string[] = [];
    const said = await about.client.say(connect(about), { text: topic.text, stream, onText: (piece) => pieces.push(piece) });
    assert.equal(said.text, finalText);
    assert.equal(pieces.join(''), stream ? finalText : '');
    assert.ok(stream === pieces.length > 1, `the text came in ${pieces.length} pieces`);
    assert.ok((said.outputTokens ?? 0) > 0, `output tokens: ${said.outputTokens}`);
    assert.equal(topic.calls().length, 1);
  };

/** Calls the tool until it has seen a result, then speaks. */
const toolLoop = answer('tool-call').when((request) => toolResultsIn(request).length > 0, answer('text'));

const usesTool =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(toolLoop);
    const done = await about.client.useTool(connect(about), { text: topic.text, stream });
    assert.deepEqual(done, { name: 'lookup', input: { city: 'Berlin' }, text: finalText });
    const results = topic.calls().map((call) => toolResultsIn(call).map(({ output }) => textOfOutput(output)));
    assert.deepEqual(results, [[], [toolOutput]]);
  };

const showsImage = async (about: Case): Promise<void> => {
  const topic = about.proxied.topic(answer('text'));
  const said = await about.client.say(connect(about), { text: topic.text, stream: false, image: pixel });
  assert.equal(said.text, finalText);
  const arrived = topic.calls().map(({ body }) => JSON.stringify(body).split(pixel).length - 1);
  assert.deepEqual(arrived, [1]);
};

const refused = async (about: Case, slug: string, stream: boolean, maxRetries: number): Promise<readonly [ClientFailure, Topic]> => {
  const exchangeId = `${about.surface}/${slug}`;
  const topic = about.proxied.topic(replay(exchangeId));
  const failure = await failureIn(about, about.client.say(connect(about, { maxRetries }), { text: topic.text, stream }));
  assert.ok(failure.message.includes(wordsOf(exchangeId)), `the upstream's words are not in ${JSON.stringify(failure.message)}`);
  return [failure, topic];
};

const tellsBadRequest =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const [{ className, status }, topic] = await refused(about, 'invalid-temperature', stream, 2);
    assert.deepEqual({ className, status }, { className: about.client.classes.badRequest, status: 400 });
    assert.equal(topic.calls().length, 1);
  };

const tellsRateLimit =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const { classes, showsHeaders } = about.client;
    const [{ className, status, header }] = await refused(about, 'rate-limited', stream, 0);
    assert.deepEqual({ className, status }, { className: classes.rateLimit, status: 429 });
    const comeBack = ['retry-after', 'retry-after-ms'].map((name) => header?.(name));
    assert.deepEqual(comeBack, showsHeaders ? ['7', '1'] : [undefined, undefined]);
  };

const failsTwice = (surface: SurfaceId): Script =>
  answer('text')
    .when(({ callIndex }) => callIndex === 0, `${surface}/rate-limited`)
    .when(({ callIndex }) => callIndex === 1, `${surface}/server-error`);

const retries =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(failsTwice(about.surface));
    const said = await about.client.say(connect(about, { maxRetries: 2 }), { text: topic.text, stream });
    assert.equal(said.text, finalText);
    await topic.settled();
    assert.deepEqual(
      topic.calls().map(({ receipt }) => receipt?.status),
      [429, 500, 200],
    );
  };

const givesUp = async (about: Case): Promise<void> => {
  const [{ className, status }, topic] = await refused(about, 'rate-limited', false, 1);
  assert.deepEqual({ className, status }, { className: about.client.classes.rateLimit, status: 429 });
  assert.equal(topic.calls().length, 2);
};

const receiptsOf = async (topic: Topic): Promise<readonly unknown[]> => {
  await topic.settled();
  return topic.calls().map(({ receipt }) => receipt?.ended);
};

const slow = answer('text');
const silent: Script = (request) => ({ ...slow(request), delayMs: forEverMs });

const timesOut = async (about: Case): Promise<void> => {
  const topic = about.proxied.topic(silent);
  const asking = about.client.say(connect(about, { timeoutMs: 300 }), { text: topic.text, stream: false });
  assert.equal((await failureIn(about, asking)).className, about.client.classes.timeout);
  assert.deepEqual(await receiptsOf(topic), ['client-left']);
};

const abortsUnanswered = async (about: Case): Promise<void> => {
  const controller = new AbortController();
  const topic = about.proxied.topic((request) => {
    controller.abort();
    return silent(request);
  });
  const asking = about.client.say(connect(about), { text: topic.text, stream: false, signal: controller.signal });
  assert.equal((await failureIn(about, asking)).className, about.client.classes.abort);
  assert.deepEqual(await receiptsOf(topic), ['client-left']);
};

/** Bytes up to the end of the chunk in which the text begins. */
const bytesWithFirstText = (exchangeId: string): number => {
  const texts = exchange(exchangeId).response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : ''));
  const first = texts.findIndex((text) => text.includes('Wire'));
  return Buffer.byteLength(texts.slice(0, first + 1).join(''));
};

/** The text begins, and then nothing comes for longer than any test. */
const stuck: Script = (request): Play => {
  const play = answer('text')(request);
  return { ...play, dribble: { bytes: bytesWithFirstText(play.exchange), everyMs: forEverMs } };
};

const abortsStream = async (about: Case): Promise<void> => {
  const controller = new AbortController();
  const topic = about.proxied.topic(stuck);
  const pieces: string[] = [];
  const onText = (piece: string): void => {
    pieces.push(piece);
    controller.abort();
  };
  const asking = about.client.say(connect(about), { text: topic.text, stream: true, signal: controller.signal, onText });
  assert.equal((await failureIn(about, asking)).className, about.client.classes.abort);
  assert.ok(pieces.join('').startsWith('Wire'), `the text before: ${pieces.join('')}`);
  assert.deepEqual(await receiptsOf(topic), ['client-left']);
};

const behaviours: Readonly<Record<string, (about: Case) => Promise<void>>> = {
  speaks: speaks(false),
  'speaks, streamed': speaks(true),
  'uses a tool': usesTool(false),
  'uses a tool, streamed': usesTool(true),
  'shows an image': showsImage,
  'tells a 400 as it was said, once': tellsBadRequest(false),
  'tells a 400 as it was said, once, when streaming': tellsBadRequest(true),
  'tells a 429 as it was said, and when to come back': tellsRateLimit(false),
  'tells a 429 as it was said, and when to come back, when streaming': tellsRateLimit(true),
  'retries after 429 and 500': retries(false),
  'retries after 429 and 500, streamed': retries(true),
  'gives up after its last retry': givesUp,
  'times out, and the upstream is left': timesOut,
  'aborts before the answer, and the upstream is left': abortsUnanswered,
  'aborts a stream, and the upstream is left': abortsStream,
};

/** Every behaviour towards every upstream, to be run with the proxy that the test file has started. */
export const behavioursOf = (client: ClientUnderTest): readonly Behaviour[] =>
  surfaces.flatMap((surface) =>
    Object.entries(behaviours).map(([title, prove]) => ({
      title: `${title} (towards ${surface})`,
      prove: (proxied) => prove({ client, surface, proxied }),
    })),
  );
