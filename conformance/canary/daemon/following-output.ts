import type { Output } from '../../outputs/output.ts';
import type { CanaryPlan } from '../config/canary-plan.ts';

export interface FollowingOutput {
  readonly output: Output;
  /** With a reload: what the plan says otherwise than before is begun anew, and what was there is ended. Rejects when it cannot be had. */
  readonly follow: (plan: CanaryPlan) => Promise<void>;
}

export interface Following {
  readonly name: string;
  /** The part of the plan that decides. */
  readonly of: (plan: CanaryPlan) => unknown;
  readonly begin: (plan: CanaryPlan) => Promise<readonly Output[]>;
}

const closeAll = async (outputs: readonly Output[]): Promise<void> => {
  await Promise.allSettled(outputs.map((output) => output.close()));
};

/** Outputs that a part of the plan asks for, none where it asks for none. */
export const followingOutput = async ({ name, of, begin }: Following, plan: CanaryPlan): Promise<FollowingOutput> => {
  let asked = JSON.stringify(of(plan));
  let outputs = await begin(plan);
  return {
    output: {
      name,
      onRound: async (written) => {
        await Promise.all(outputs.map(async (output) => output.onRound(written)));
      },
      close: () => closeAll(outputs),
    },
    follow: async (changed) => {
      const asks = JSON.stringify(of(changed));
      if (asks === asked) return;
      const before = outputs;
      outputs = await begin(changed);
      asked = asks;
      await closeAll(before);
    },
  };
};
