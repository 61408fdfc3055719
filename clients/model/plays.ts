import { exchange } from '#fixtures/catalogue';
import type { Exchange } from '#fixtures/exchange';
import type { Play, Script, UpstreamRequest } from '#fixtures/upstreams/script';

import type { Question } from '../../interop/plays/question.ts';
import { chooseTool, type Proof, proofText } from './choose-tool.ts';
import { type Model, newModel } from './say.ts';

/** Words of the answers, by which one sees in a client's output how much of an answer it shows. */
export const words = { begin: 'alpha-begins', end: 'omega-ends', done: 'tool-done' } as const;

export const wholeAnswer = `${words.begin}.\nThe mocked model says a dozen words so that there is something to cut: ${words.end}`;

/** What happens upstream in one case. Made anew for each run: some remember what they did. */
export interface UpstreamPlay {
  readonly script: Script;
  /** Whether the tool's result came back, with what only the tool can have made. */
  readonly resultCameBack: () => boolean;
}

type Turn = (request: UpstreamRequest, question: Question, model: Model) => Play;

const made = (answer: Exchange): Play => ({ exchange: answer.id, made: answer });

const says =
  (text: string): Turn =>
  (request, _question, model) =>
    made(model.answer(request, () => ({ text })));

/**
 * Clients also ask for titles and summaries, without tools; those get a plain answer in every case, so that a fault meets the turn itself.
 */
const onTurns = (turn: Turn): Script => {
  const model = newModel();
  return (request) => {
    const question = request.operation === 'generate' ? model.read(request) : undefined;
    if (question === undefined || 'refused' in question || question.tools.length === 0)
      return made(model.answer(request, () => ({ text: 'A short title' })));
    return turn(request, question, model);
  };
};

const never = (): boolean => false;

export const answers = (): UpstreamPlay => ({ script: onTurns(says(wholeAnswer)), resultCameBack: never });

/** Behind its first word the answer waits until the client has shown it. */
export const waitsForTheReader = (): UpstreamPlay => ({
  script: onTurns((request, question, model) => {
    const play = says(wholeAnswer)(request, question, model);
    return request.stream ? { ...play, untilSeen: [words.begin] } : play;
  }),
  resultCameBack: never,
});

export const callsATool = (proof: Proof): UpstreamPlay => {
  let cameBack = false;
  const script = onTurns((request, question, model) => {
    cameBack ||= request.bodyBytes.includes(proofText(proof));
    const call = question.last.by === 'tool' || cameBack ? undefined : chooseTool(question.tools, proof);
    return made(model.answer(request, () => (call === undefined ? { text: words.done } : { call })));
  });
  return { script, resultCameBack: () => cameBack };
};

/** The vendor's own refusal, with these headers in place of its own advice on when to come back. */
const refusal = (request: UpstreamRequest, slug: string, headers: Readonly<Record<string, string>>): Play => {
  const known = exchange(`${request.surface}/${slug}`);
  const own = Object.entries(known.response.headers).filter(([name]) => !name.startsWith('retry-after'));
  return made({ ...known, response: { ...known.response, headers: { ...Object.fromEntries(own), ...headers } } });
};

/** Refuses until so many seconds have passed since the first refusal, then answers. */
export const isBusyFor = (seconds: number): UpstreamPlay => {
  let since: number | undefined;
  const script = onTurns((request, question, model) => {
    since ??= request.at;
    const left = seconds * 1_000 - (request.at - since);
    if (left <= 0) return says(wholeAnswer)(request, question, model);
    return refusal(request, 'rate-limited', { 'retry-after': String(Math.ceil(left / 1_000)) });
  });
  return { script, resultCameBack: never };
};

export const fails = (): UpstreamPlay => ({ script: onTurns((request) => refusal(request, 'server-error', {})), resultCameBack: never });

/** The first answer is reset in its middle; the next one comes whole. */
export const isCutOnce = (): UpstreamPlay => {
  let cut = false;
  const script = onTurns((request, question, model) => {
    const play = says(wholeAnswer)(request, question, model);
    if (cut) return play;
    cut = true;
    const pieces = play.made?.response.chunks.length ?? 0;
    return { ...play, fault: { afterEvents: Math.floor(pieces / 2), ending: 'reset' } };
  });
  return { script, resultCameBack: never };
};
