import assert from 'node:assert/strict';

import { exchange } from '#fixtures/catalogue';
import type { SurfaceId } from '#fixtures/exchange';
import { answer, type Play, type Script } from '#fixtures/upstreams/script';

import { connect, dialectOf, endingsOf, failureIn, finalText, type Behaviours, type Case } from './case.ts';

/** Longer than any test. */
const forEverMs = 600_000;

const speaking = answer('text');
const silent: Script = (request) => ({ ...speaking(request), delayMs: forEverMs });

const timesOut =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(silent);
    const asking = about.client.say(connect(about, { timeoutMs: 500 }), { text: topic.text, stream });
    assert.equal((await failureIn(about, asking)).className, about.client.classes.timeout);
    assert.deepEqual(await endingsOf(topic), ['client-left']);
  };

const abortsUnanswered =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const controller = new AbortController();
    const topic = about.proxied.topic((request) => {
      controller.abort();
      return silent(request);
    });
    const asking = about.client.say(connect(about), { text: topic.text, stream, signal: controller.signal });
    assert.equal((await failureIn(about, asking)).className, about.client.classes.abort);
    assert.deepEqual(await endingsOf(topic), ['client-left']);
  };

/** Bytes up to the end of the chunk in which the text begins. */
const bytesWithFirstText = (exchangeId: string): number => {
  const texts = exchange(exchangeId).response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : ''));
  const first = texts.findIndex((text) => text.includes('Wire'));
  return Buffer.byteLength(texts.slice(0, first + 1).join(''));
};

/** The text begins, and then nothing comes for longer than any test. */
const stuck: Script = (request): Play => {
  const play = speaking(request);
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
  assert.deepEqual(await endingsOf(topic), ['client-left']);
};

const broken = ['reset', 'eof', 'clean-eof', 'error-event'] as const;
type Broken = (typeof broken)[number];

/** The proxy's words where the upstream had none. */
const wordsOf = (ending: Broken, surface: SurfaceId): string => {
  const ours = { reset: 'broke off (ECONNRESET)', eof: 'broke off (UND_ERR_SOCKET)', 'clean-eof': 'ended without its terminal event' };
  const theirs = {
    'openai-chat': 'The server had an error while processing your request.',
    'openai-responses': 'The server had an error while processing your request.',
    'anthropic-messages': 'Overloaded',
    'gemini-generate': 'The model is overloaded. Please try again later.',
  };
  return ending === 'error-event' ? theirs[dialectOf(surface)] : ours[ending];
};

/** After two events, in the middle of the answer: never an end that looks like one. */
const breaks =
  (ending: Broken) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic((request) => ({ ...speaking(request), fault: { afterEvents: 2, ending } }));
    const pieces: string[] = [];
    const asking = about.client.say(connect(about), { text: topic.text, stream: true, onText: (piece) => pieces.push(piece) });
    const { className, message } = await failureIn(about, asking);
    assert.ok(about.client.brokenStream.includes(className), `thrown: ${className}`);
    assert.ok(message.includes(wordsOf(ending, about.surface)), `its words: ${message}`);
    assert.ok(pieces.length < 3 && finalText.startsWith(pieces.join('')), `the text before: ${pieces.join('')}`);
    assert.deepEqual(await endingsOf(topic), [ending]);
  };

export const interruptions: Behaviours = {
  'times out, and the upstream is left': timesOut(false),
  'times out, and the upstream is left, when streaming': timesOut(true),
  'aborts before the answer, and the upstream is left': abortsUnanswered(false),
  'aborts before the answer, and the upstream is left, when streaming': abortsUnanswered(true),
  'aborts a stream, and the upstream is left': abortsStream,
  ...Object.fromEntries(broken.map((ending) => [`raises when a stream breaks: ${ending}`, breaks(ending)])),
};
