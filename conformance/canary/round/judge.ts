import type { HistoryStore } from '../../history/store.ts';
import { decideRound } from '../../incidents/decide-round.ts';
import type { Learned } from '../../incidents/learned.ts';
import { createLearner } from '../../incidents/learner.ts';
import { loadRules } from '../../incidents/rule.ts';
import type { CanaryClock } from '../clock.ts';
import type { Judge } from './round-world.ts';

interface JudgeWorld {
  readonly store: Pick<HistoryStore, 'samples' | 'incidents'>;
  readonly clock: CanaryClock;
  readonly tell: (line: string) => void;
}

const nothingLearned: Learned = new Map();

/** The rules of conformance/incidents over one history. What is usual is not known while the history cannot be read; verdicts go on without. */
export const openJudge = async ({ store, clock, tell }: JudgeWorld): Promise<Judge> => {
  const rules = await loadRules();
  const learner = createLearner({ store });
  return {
    prepare: async (target, round, results) => {
      const learned = await learner.learned(target, round.location, clock.now()).catch((error: unknown) => {
        tell(`${target.name}: what is usual could not be read: ${error instanceof Error ? error.message : String(error)}`);
        return nothingLearned;
      });
      return (known) => decideRound({ now: round.endedAt, target, round, results, known, learned, rules });
    },
    learn: (target, round, results) => learner.observe(target, round.location, results),
  };
};
