import type { Exchange, SurfaceId } from '#fixtures/exchange';
import type { UpstreamRequest } from '#fixtures/upstreams/script';

import type { Question, Refusal, Reply } from '../../interop/plays/question.ts';
import { madeExchange } from '../../interop/plays/made-exchange.ts';
import type { Speaker, Spoken } from '../../interop/plays/speaker.ts';
import { anthropicMessages } from '../../interop/plays/surfaces/anthropic-messages.ts';
import { geminiGenerate } from '../../interop/plays/surfaces/gemini-generate.ts';
import { openaiChat } from '../../interop/plays/surfaces/openai-chat.ts';
import { newOpenaiResponses } from '../../interop/plays/surfaces/openai-responses.ts';
import type { ToolChoice } from './choose-tool.ts';

/** Mocked models of the four dialects, whose wire form comes from interop/plays: there every answer is held against fixtures/wire. */
const speakers = (): Readonly<Partial<Record<SurfaceId, Speaker>>> => ({
  'openai-chat': openaiChat,
  'openai-responses': newOpenaiResponses(),
  'anthropic-messages': anthropicMessages,
  'gemini-generate': geminiGenerate,
});

export type Said = { readonly text: string } | { readonly call: ToolChoice };

/** Tokens that joined are the text: a word and the space behind it. */
const tokensOf = (text: string): readonly string[] => text.match(/\S+\s*/g) ?? [];

const replyOf = (said: Said, seed: string): Reply => {
  const tokens = 'text' in said ? tokensOf(said.text) : [];
  const calls = 'call' in said ? [{ id: `${seed}1`, ...said.call }] : [];
  return { seed, thoughts: [], tokens, calls, finish: calls.length > 0 ? 'calls' : 'stop', outputTokens: tokens.length + calls.length * 9 };
};

const about = { id: 'client', about: 'Made from the request of a real client.' };

/** What a mocked model answers, in the wire form of the request's surface. */
export interface Model {
  readonly read: (request: UpstreamRequest) => Question | Refusal;
  /** @param said decided from the question; a request that is none gets its refusal, another operation than a turn its own answer */
  readonly answer: (request: UpstreamRequest, said: (question: Question) => Said) => Exchange;
}

/** Throws for a surface that no mocked model speaks. */
export const newModel = (): Model => {
  const known = speakers();
  let answers = 0;
  const speakerOf = ({ surface }: UpstreamRequest): Speaker => {
    const speaker = known[surface];
    if (speaker === undefined) throw new Error(`no mocked model speaks ${surface}`);
    return speaker;
  };
  const spoken = (speaker: Speaker, request: UpstreamRequest, said: (question: Question) => Said): Spoken => {
    const other = speaker.other?.(request);
    if (other !== undefined) return other;
    const question = speaker.read(request);
    if ('refused' in question) return speaker.refuse(question);
    answers += 1;
    return speaker.say(question, replyOf(said(question), `clients${String(answers).padStart(4, '0')}`), request);
  };
  return {
    read: (request) => speakerOf(request).read(request),
    answer: (request, said) => madeExchange(request, spoken(speakerOf(request), request, said), about),
  };
};
