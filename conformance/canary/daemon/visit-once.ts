import type { Round } from '../../history/records.ts';
import type { RoundWritten } from '../../outputs/output.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import { runRound } from '../round/run-round.ts';
import { openGate } from '../safety/gate.ts';
import { blackoutAt } from '../schedule/blackouts.ts';
import type { OpenCanary } from './open-canary.ts';
import { pruneHistory } from './prune-history.ts';

/** What came of one visit to each target. */
export interface Visits {
  /** In the order of the configuration. */
  readonly written: readonly RoundWritten[];
  /** Rounds that could not be written. */
  readonly lost: readonly { readonly target: string; readonly because: string }[];
  /** Targets that are in one of their blackouts. */
  readonly skipped: readonly { readonly target: string; readonly reason: string }[];
}

const atATime = 16;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * One round of each target that is in no blackout, whenever it is due. Everything is in the history when this resolves, and what is too old is gone
 * from it: where a timer begins each visit, there is nobody else who would see to that.
 */
export const visitOnce = async (
  { rounds, redact, plan }: Pick<OpenCanary, 'rounds' | 'redact' | 'plan'>,
  targets: readonly CanaryTarget[],
  onWritten: (written: RoundWritten) => void,
): Promise<Visits> => {
  const due = rounds.clock.now();
  const skipped: { target: string; reason: string }[] = [];
  const lost: { target: string; because: string }[] = [];
  const found = new Map<string, RoundWritten>();
  const gate = openGate(atATime);
  const visit = async (target: CanaryTarget): Promise<void> => {
    const blackout = blackoutAt(target.schedule, due);
    if (blackout !== undefined) return void skipped.push({ target: target.name, reason: blackout.reason });
    if (!(await gate.enter(rounds.ending))) return;
    try {
      const written = await runRound(target, { due, reason: 'once' }, rounds);
      found.set(target.name, written);
      onWritten(written);
    } catch (error) {
      lost.push({ target: target.name, because: redact(messageOf(error)) });
    } finally {
      gate.leave();
    }
  };
  await Promise.all(targets.map(visit));
  if (!rounds.ending.aborted) await pruneHistory({ rounds, plan });
  return { written: targets.flatMap(({ name }) => found.get(name) ?? []), lost, skipped };
};

const isJudged = ({ outcome }: Round): boolean => outcome === 'complete';

/**
 * 1: something fails that no baseline covers. 3: not everything could be judged, or nothing was. 0: all is well.
 * @param interrupted some targets were not visited
 */
export const exitCodeOfVisits = ({ written, lost }: Visits, interrupted: boolean): 0 | 1 | 3 => {
  const results = written.flatMap((each) => each.results);
  if (results.some(({ verdict, known }) => verdict === 'fail' && known === undefined)) return 1;
  const unjudged = results.some(({ verdict }) => verdict !== 'pass' && verdict !== 'fail');
  if (interrupted || lost.length > 0 || unjudged || written.some(({ round }) => !isJudged(round))) return 3;
  return results.length === 0 ? 3 : 0;
};
