import assert from 'node:assert/strict';

import type { SurfaceId } from '#fixtures/exchange';
import { answer } from '#fixtures/upstreams/script';

import type { ClientDialect, ClientUnderTest, Refused, Token } from '../client-under-test.ts';
import { askedOf, connect, dialectOf, lossesOf, type Behaviours, type Case, type Fields } from './case.ts';

/** What OpenAI's dialects have a place of their own for: refusals, and the log probabilities of tokens. */

const words = 'I cannot help with that.';

/** Anthropic tells a refusal by the stop reason only: what was said before stays text, and the end is OpenAI's of a filter. */
const refusedBy = (surface: SurfaceId, client: ClientDialect): Refused => {
  if (surface === 'anthropic-messages') return { refusal: null, text: words, end: 'content_filter' };
  return { refusal: words, text: '', end: client === 'openai-chat' ? 'stop' : 'completed' };
};

const refuses =
  (refusal: NonNullable<ClientUnderTest['refusal']>, stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(answer('refusal'));
    assert.deepEqual(await refusal(connect(about), { text: topic.text, stream }), refusedBy(about.surface, about.client.dialect));
  };

const token = (token: string, logprob: number, other: string, otherLogprob: number): Token => ({
  token,
  logprob,
  top: [
    { token, logprob },
    { token: other, logprob: otherLogprob },
  ],
});
/** Of the exchanges named `logprobs`. */
const tokens = [token('Wireproof', -0.125, 'Waterproof', -2.5), token(' says', -0.25, ' is', -1.75), token(' ok.', -0.5, ' no.', -3)];

/** How each upstream is asked for the two likeliest tokens; Anthropic has no such thing. */
const askedFor = (surface: SurfaceId, body: unknown): unknown => {
  const { logprobs, top_logprobs, include, generationConfig } = askedOf(surface, body);
  return { logprobs, top_logprobs, include: (include as readonly string[] | undefined)?.[0], generationConfig };
};
const nothing: Fields = { logprobs: undefined, top_logprobs: undefined, include: undefined, generationConfig: undefined };
const weighed: Readonly<Record<ClientDialect, unknown>> = {
  'openai-chat': { ...nothing, logprobs: true, top_logprobs: 2 },
  'openai-responses': { ...nothing, top_logprobs: 2, include: 'message.output_text.logprobs' },
  'anthropic-messages': nothing,
  'gemini-generate': { ...nothing, generationConfig: { responseLogprobs: true, logprobs: 2 } },
};

const weighs =
  (weigh: NonNullable<ClientUnderTest['weigh']>, hasLogprobs: boolean, stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(answer(hasLogprobs ? 'logprobs' : 'text'));
    const line = connect(about);
    assert.deepEqual(await weigh(line, { text: topic.text, stream }), hasLogprobs ? tokens : []);
    const to = dialectOf(about.surface);
    assert.deepEqual(
      topic.calls().map(({ body }) => askedFor(about.surface, body)),
      [weighed[to]],
    );
    assert.equal(lossesOf(line), to === 'anthropic-messages' ? 'logprobs' : null);
  };

const refusing: readonly SurfaceId[] = ['openai-chat', 'openai-responses', 'codex', 'anthropic-messages'];
const weighing: readonly SurfaceId[] = ['openai-chat', 'openai-responses', 'gemini-generate'];

export const openaiAnswers = ({ refusal, weigh }: ClientUnderTest, surface: SurfaceId): Behaviours => ({
  ...(refusal && refusing.includes(surface) && { 'is refused': refuses(refusal, false), 'is refused, streamed': refuses(refusal, true) }),
  ...(weigh && {
    'weighs tokens': weighs(weigh, weighing.includes(surface), false),
    'weighs tokens, streamed': weighs(weigh, weighing.includes(surface), true),
  }),
});
