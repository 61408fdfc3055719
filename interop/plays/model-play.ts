import type { Exchange, SurfaceId } from '#fixtures/exchange';
import type { Script, UpstreamRequest } from '#fixtures/upstreams/script';
import { checkResponse } from '#fixtures/wire-check';
import { response } from '#fixtures/wire/response-object';

import { replyTo } from './reply.ts';
import { madeExchange } from './made-exchange.ts';
import type { Speaker, Spoken } from './speaker.ts';
import { anthropicMessages } from './surfaces/anthropic-messages.ts';
import { geminiGenerate } from './surfaces/gemini-generate.ts';
import { openaiChat } from './surfaces/openai-chat.ts';
import { newOpenaiResponses } from './surfaces/openai-responses.ts';

const speakers = (): Readonly<Partial<Record<SurfaceId, Speaker>>> => ({
  'openai-chat': openaiChat,
  'openai-responses': newOpenaiResponses(),
  'anthropic-messages': anthropicMessages,
  'gemini-generate': geminiGenerate,
});

/** What the vendor's model would say to a request, or what its API would refuse it with. */
const spokenBy = (speaker: Speaker, request: UpstreamRequest): Spoken => {
  const other = speaker.other?.(request);
  if (other !== undefined) return other;
  const question = speaker.read(request);
  return 'refused' in question ? speaker.refuse(question) : speaker.say(question, replyTo(question), request);
};

const about = { id: 'interop', about: 'Made from the request, for a suite that asks what it likes.' };

/** A whole Response that is cut off or still queued: documented, but `fixtures/wire` takes a whole answer for a completed one. */
const isOpenResponse = ({ dialect, response: { chunks } }: Exchange): boolean => {
  const [whole] = chunks;
  if (dialect !== 'openai-responses' || chunks.length !== 1 || whole === undefined || !('utf8' in whole)) return false;
  const parsed = response.safeParse(JSON.parse(whole.utf8));
  return parsed.success && ['incomplete', 'queued'].includes(parsed.data.status);
};

export interface ModelPlay {
  readonly script: Script;
  /** How many requests were answered so far. */
  readonly answered: () => number;
  /** Wire rules that our own answers broke, each once: they would make a suite's verdict worthless. */
  readonly brokenRules: () => Promise<readonly string[]>;
}

/**
 * Mocked models that answer any request of the four dialects: arbitrary prompts, tools, structured output, streams, and the refusals that
 * the vendors document. Every answer is held against `fixtures/wire`, so that no finding of a suite can be the mock's.
 */
export const newModelPlay = (): ModelPlay => {
  const known = speakers();
  const broken = new Set<string>();
  let checking: Promise<void> = Promise.resolve();
  let answered = 0;
  const check = async (exchange: Exchange): Promise<void> => {
    if (isOpenResponse(exchange)) return;
    for (const { rule, message } of await checkResponse(exchange)) broken.add(`${exchange.dialect}: ${rule}: ${message}`);
  };
  const script: Script = (request) => {
    const speaker = known[request.surface];
    if (speaker === undefined) throw new Error(`no mocked model speaks ${request.surface}`);
    const made = madeExchange(request, spokenBy(speaker, request), about);
    answered += 1;
    checking = checking.then(() => check(made));
    return { exchange: made.id, made };
  };
  const brokenRules = async (): Promise<readonly string[]> => {
    await checking;
    return [...broken].sort();
  };
  return { script, answered: () => answered, brokenRules };
};
