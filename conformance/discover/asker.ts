import type { CallerSight } from '#scenarios/kit/sight';

import { credentialHeader } from '../targets/credential-header.ts';
import type { HttpCaller } from '../transport/http-caller.ts';
import type { Question } from './questions.ts';

/** A question and what came of it. */
export interface Asked {
  readonly question: Question;
  readonly sight: CallerSight;
}

export interface Asker {
  /** The answer; `undefined` when the time for all questions was over before, or when it needs a key and there is none. */
  readonly ask: (question: Question) => Promise<Asked | undefined>;
  /** Everything that was sent, in order. */
  readonly asked: () => readonly Asked[];
  /** The time for all questions ended before they were asked. */
  readonly wasCut: () => boolean;
}

/** One question and its answer take so long at most. */
const oneWithinMs = 5_000;

const emptyToken = '';

/**
 * Asks one question after the other, none twice, redirects not followed. A question that shows the key is asked without one when there is
 * none.
 * @param signal ends all asking
 */
export const newAsker = (url: string, key: string | undefined, caller: HttpCaller, signal: AbortSignal, withinMs = oneWithinMs): Asker => {
  const asked: Asked[] = [];
  let cut = false;
  const headersFor = ({ probe, shows }: Question) => (shows === 'the key' && key !== undefined ? credentialHeader(probe.dialect, key) : {});
  return {
    ask: async (question) => {
      if (signal.aborted) {
        cut = true;
        return undefined;
      }
      const probe = { ...question.probe, timeoutMs: withinMs };
      const sight = await caller.send(probe, { url, path: probe.path, headers: headersFor(question), token: emptyToken, signal });
      const done = { question, sight };
      asked.push(done);
      return done;
    },
    asked: () => asked,
    wasCut: () => cut,
  };
};
