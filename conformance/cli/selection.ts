import type { PageRow } from '#scenarios/kit/page-row';

import type { Shard } from '../engine/shard.ts';
import type { Target } from '../targets/target.ts';

interface SelectingFlags {
  readonly row?: readonly PageRow[];
  readonly scenario?: readonly string[];
  readonly arm?: readonly string[];
  readonly shard?: Shard;
  readonly rerunFailed?: string;
}

/** Asking for the arms that would have been run anyway leaves nothing out. */
const armsLeftOut = async (arm: readonly string[], target: Target): Promise<boolean> => {
  const { defaultArms } = await import('../engine/plan.ts');
  return defaultArms(target).some((usual) => !arm.includes(usual));
};

const each = (flag: string, values: readonly unknown[] = []): readonly string[] => values.map((value) => `${flag} ${String(value)}`);

/** What of a command line leaves a part of the run out, one flag with its value each; empty for a whole run. */
export const selectionOf = async (
  { row, scenario, arm, shard, rerunFailed }: SelectingFlags,
  target: Target,
): Promise<readonly string[]> => [
  ...each('--row', row),
  ...each('--scenario', scenario),
  ...(arm !== undefined && (await armsLeftOut(arm, target)) ? each('--arm', arm) : []),
  // One of one is all.
  ...(shard === undefined || shard.count === 1 ? [] : [`--shard ${shard.index}/${shard.count}`]),
  ...(rerunFailed === undefined ? [] : [`--rerun-failed ${rerunFailed}`]),
];
