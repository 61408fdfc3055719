import type { Recording } from '#fixtures/recordings/recording';

import { type Ledger, openLedger, type Permit } from '../../engine/budget.ts';
import { ToolError } from '../../errors.ts';
import type { Captured } from '../../record/captured.ts';
import { Placeholders } from '../../record/placeholders.ts';
import { askOnce } from './ask-once.ts';
import { judgeAnswer } from './judge-answer.ts';
import { keepAnswer } from './keep-answer.ts';
import type { Gap, LiveOptions, LiveRun } from './live-run.ts';
import { type Question, questionsOf } from './questions.ts';
import { usageIn } from './usage-in.ts';
import { worstCaseOf } from './worst-case.ts';

/** Bytes of a body that are kept, as `wireproof record` does. */
const mostBytes = 8 * 1024 * 1024;

/** How often something is asked that is refused for the moment. */
const mostAttempts = 3;

/** Failures one after the other, from which the upstream is taken to be away. */
const awayAfter = 3;

const usualPauseMs = 1_000;

const interrupted = 'it was interrupted';

const seconds = (ms: number): string => `${Math.ceil(ms / 1_000)} s`;

class LiveSession {
  readonly #options: LiveOptions;
  readonly #ledger: Ledger;
  readonly #placeholders = new Placeholders();
  readonly #allowed: ReadonlySet<string>;
  readonly #recordings: Recording[] = [];
  readonly #failed = new Map<string, string>();
  #answered = false;
  #failedInARow = 0;
  #stopped: string | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#ledger = openLedger(options.budget, options.now);
    // What the baseline kept must be kept now, or it would seem to be lost.
    this.#allowed = new Set(options.items.flatMap(({ fieldNames }) => fieldNames));
  }

  /** Each request once, then each once more: what a budget leaves out is the repetition first. */
  async ask(questions: readonly Question[]): Promise<void> {
    const { samples, onProgress } = this.#options;
    const all = questions.length * samples;
    for (const [done, { question, round }] of roundsOf(questions, samples).entries()) {
      if (this.#options.signal.aborted) this.#stop(interrupted);
      if (this.#stopped !== undefined) return;
      if (this.#failed.has(question.group)) continue;
      onProgress({ done, all, now: question.group });
      await this.#sample(question, round);
    }
  }

  result(never: readonly Gap[], questions: readonly Question[]): LiveRun {
    const { samples } = this.#options;
    const gaps = questions.flatMap(({ group }): Gap[] => {
      const have = this.#recordings.filter(({ id }) => id === group || id.startsWith(`${group}.again-`)).length;
      const because = this.#failed.get(group) ?? this.#stopped ?? 'not asked';
      return have === samples ? [] : [{ id: group, samples: have, because, never: false }];
    });
    const stopped = this.#stopped;
    const spent = this.#ledger.spent();
    return { recordings: this.#recordings, gaps: [...never, ...gaps], spent, ...(stopped !== undefined && { stopped }) };
  }

  #stop(because: string): void {
    this.#stopped ??= because;
  }

  #fail({ group }: Question, because: string): void {
    this.#failed.set(group, because);
  }

  /** The upstream did not do its part. */
  #failAway(question: Question, because: string): void {
    this.#fail(question, because);
    this.#failedInARow += 1;
    if (this.#failedInARow >= awayAfter) this.#stop(`the upstream failed ${awayAfter} requests in a row, the last one: ${because}`);
  }

  async #sample(question: Question, round: number): Promise<void> {
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      const permit = this.#ledger.ask(() => worstCaseOf(question.request));
      if (typeof permit === 'string') return this.#stop(permit);
      if ((await this.#attempt(question, { round, attempt, permit })) === 'done') return;
    }
  }

  async #attempt(question: Question, { round, attempt, permit }: Attempt): Promise<'done' | 'again'> {
    const { answerMs, signal, now } = this.#options;
    const withinMs = Math.min(permit.withinMs ?? answerMs, answerMs);
    const captured = await askOnce(question.request, { ...this.#options, mostBytes, withinMs });
    if (signal.aborted) return this.#done(() => this.#stop(interrupted));
    const judged = judgeAnswer(captured, { now: now(), withinMs });
    if (judged.kind === 'answered') {
      [this.#answered, this.#failedInARow] = [true, 0];
      // The network may have done it: only what comes again and again is the upstream's word.
      if (isCut(judged.captured) && !question.cut && attempt < mostAttempts)
        return this.#wait(question, attempt, { because: 'cut its answer off', status: 200 });
      await this.#keep(question, { round, permit, captured: judged.captured });
      return 'done';
    }
    if (judged.kind === 'later') return this.#wait(question, attempt, judged);
    if (judged.kind === 'key-refused') return this.#done(() => this.#refusedKey(question, judged.because));
    if (judged.kind === 'unsendable' || !judged.sent) permit.neverArrived();
    if (judged.kind === 'unsendable') return this.#done(() => this.#fail(question, judged.because));
    return this.#done(() => this.#failAway(question, judged.because));
  }

  #done(act: () => void): 'done' {
    act();
    return 'done';
  }

  #refusedKey(question: Question, because: string): void {
    // With a key that nothing was answered to, everything else would be refused, too.
    if (!this.#answered) throw keyRefused(this.#options, question.group, because);
    this.#fail(question, because);
  }

  async #wait(question: Question, attempt: number, { because, status, afterMs }: Later): Promise<'done' | 'again'> {
    const limited = status === 429;
    if (attempt === mostAttempts) {
      const often = `${because} ${mostAttempts} times`;
      return this.#done(() => (limited ? this.#stop(`the upstream ${often}`) : this.#failAway(question, often)));
    }
    const waitMs = afterMs ?? usualPauseMs * 2 ** (attempt - 1);
    const left = (this.#options.budget.seconds ?? Infinity) - this.#ledger.spent().seconds;
    if (waitMs / 1_000 >= left)
      return this.#done(() => this.#stop(`the upstream ${because} and wants ${seconds(waitMs)}, the budget has ${seconds(left * 1_000)}`));
    await this.#options.pause(waitMs, this.#options.signal);
    return this.#options.signal.aborted ? this.#done(() => this.#stop(interrupted)) : 'again';
  }

  async #keep({ group, dropContent }: Question, { round, permit, captured }: Answered): Promise<void> {
    const { upstream, tool, key } = this.#options;
    const making = { upstream, tool, allowed: this.#allowed, dropContent, placeholders: this.#placeholders };
    const kept = await keepAnswer(captured, round === 0 ? group : `${group}.again-${round}`, making, key);
    if ('refused' in kept) return void this.#failed.set(group, `not kept: ${kept.refused}`);
    permit.settle(usageIn(kept.recording));
    this.#recordings.push(kept.recording);
  }
}

interface Attempt {
  readonly round: number;
  readonly attempt: number;
  readonly permit: Permit;
}

interface Answered {
  readonly round: number;
  readonly permit: Permit;
  readonly captured: Captured;
}

interface Later {
  readonly because: string;
  readonly status: number;
  readonly afterMs?: number;
}

const isCut = ({ answer }: Captured): boolean => answer !== undefined && answer.ends !== 'complete';

const roundsOf = (questions: readonly Question[], samples: number): readonly { readonly question: Question; readonly round: number }[] =>
  Array.from({ length: samples }, (_, round) => questions.map((question) => ({ question, round }))).flat();

const keyRefused = ({ upstream, key }: LiveOptions, group: string, actual: string): ToolError =>
  new ToolError('key-refused', 'the upstream refuses the key', {
    problems: [
      {
        where: upstream,
        expected: `an answer to the first request, ${group}`,
        actual,
        hint: key === undefined ? 'name the variable that holds the key: --key-env NAME' : 'check the variable that --key-env names',
      },
    ],
  });

/**
 * Asks the requests of a baseline again, one at a time, each so many times, within a budget, through the same code as `wireproof record`.
 * Throws ToolError `key-refused` where the upstream's first answer is 401 or 403; whatever else goes wrong is told as a gap.
 */
export const askAgain = async (options: LiveOptions): Promise<LiveRun> => {
  const { questions, never } = questionsOf(options.items, options.key);
  const session = new LiveSession(options);
  await session.ask(questions);
  return session.result(never, questions);
};
