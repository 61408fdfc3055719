import type { Cell } from '#scenarios/kit/cell';
import type { CallerSight } from '#scenarios/kit/sight';

import { openLedger } from '../engine/budget.ts';
import { usageOf } from '../engine/usage.ts';
import type { RunningTarget } from '../targets/target.ts';
import type { HttpCaller } from '../transport/http-caller.ts';
import { showing } from '../transport/shown-key.ts';
import { tokenFor } from '../transport/token.ts';
import { worstCaseOf, type TriageQuestion } from './question.ts';

/** A question, and what came of it. */
export interface Answered {
  readonly question: TriageQuestion;
  readonly sight: CallerSight;
  /** In how many reads of the socket the body came. */
  readonly reads: number;
}

/** A question that was not asked, and why. */
export interface Unasked {
  readonly question: TriageQuestion;
  readonly because: string;
}

export interface Limits {
  readonly requests: number;
  /** Input and output tokens together; 0 asks nothing that generates. */
  readonly tokens: number;
}

export interface SessionWorld {
  readonly target: RunningTarget;
  /** The address behind what stands in front. */
  readonly direct?: RunningTarget | undefined;
  readonly caller: HttpCaller;
  readonly limits: Limits;
  /** Ends all asking. */
  readonly signal: AbortSignal;
  readonly oneWithinMs: number;
  /** Generated answers take longer. */
  readonly answerWithinMs: number;
  readonly onAsking?: ((question: TriageQuestion) => void) | undefined;
}

export interface Session {
  /** Asks; a question that was asked already gives the answer that came then. Undefined when it may not be asked. */
  readonly ask: (question: TriageQuestion) => Promise<Answered | undefined>;
  readonly answers: () => readonly Answered[];
  readonly unasked: () => readonly Unasked[];
  readonly spent: () => { readonly requests: number; readonly tokens: number };
}

const cellFor = ({ probe }: TriageQuestion): Cell => ({ client: probe.dialect, upstream: 'openai-chat', stream: probe.stream });

const sendOne = async (world: SessionWorld, question: TriageQuestion, target: RunningTarget): Promise<Answered> => {
  const timeoutMs = question.probe.maxOutputTokens > 0 ? world.answerWithinMs : world.oneWithinMs;
  const probe = { ...question.probe, timeoutMs };
  const cell = cellFor(question);
  const shown = showing(probe.credential, target.clientKey, { path: probe.path, headers: target.headers(cell) });
  let reads = 0;
  const sight = await world.caller.send(probe, {
    url: target.url,
    ...shown,
    token: tokenFor('triage', question.id),
    onBytes: () => {
      reads += 1;
    },
    signal: world.signal,
  });
  return { question: { ...question, probe }, sight, reads };
};

const told = ({ sight }: Answered): number => {
  const { inputTokens, outputTokens } = usageOf(sight);
  return inputTokens + outputTokens;
};

/**
 * Asks one question after the other, none twice, follows no redirect, tries nothing again, and spends no more than its limits: a question
 * whose worst case does not fit is not sent. Its room for an answer is taken to be no
 * less than the longest answer so far.
 */
export const openSession = (world: SessionWorld): Session => {
  const answers = new Map<string, Answered>();
  const unasked: Unasked[] = [];
  const ledger = openLedger(world.limits, () => 0);
  const spent = { requests: 0, tokens: 0 };
  let longest = 0;
  const refuse = (question: TriageQuestion, because: string): undefined => {
    unasked.push({ question, because });
    return undefined;
  };
  const send = async (question: TriageQuestion, target: RunningTarget): Promise<Answered | undefined> => {
    const room = worstCaseOf(question);
    if (room > 0 && world.limits.tokens === 0) return refuse(question, 'it would cost tokens');
    // Some models think beyond the room they are given: as long as one answer was, the next one may be.
    const worst = room === 0 ? 0 : room + Math.max(0, longest - question.probe.maxOutputTokens);
    // The limit is of both together.
    const permit = ledger.ask(() => ({ inputTokens: worst, outputTokens: 0 }));
    if (typeof permit === 'string') return refuse(question, permit);
    const answered = await sendOne(world, question, target);
    spent.requests += 1;
    spent.tokens += told(answered);
    longest = Math.max(longest, usageOf(answered.sight).outputTokens);
    permit.settle(usageOf(answered.sight));
    answers.set(question.id, answered);
    return answered;
  };
  return {
    ask: async (question) => {
      const before = answers.get(question.id);
      if (before !== undefined) return before;
      if (world.signal.aborted) return refuse(question, 'the time was over');
      const target = question.at === 'direct' ? world.direct : world.target;
      if (target === undefined) return refuse(question, 'no address behind the public one was given');
      world.onAsking?.(question);
      return send(question, target);
    },
    answers: () => [...answers.values()],
    unasked: () => unasked,
    spent: () => spent,
  };
};
