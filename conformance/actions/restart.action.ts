import type { RestartResult } from '#scenarios/kit/actions/restart';

import { sightWithoutAnswer, type ActionPerformer } from './action.ts';

const outcomeOf = async (restart: () => Promise<void>): Promise<RestartResult> => {
  try {
    await restart();
    return { kind: 'restart', started: true };
  } catch (error) {
    return { kind: 'restart', started: false, because: error instanceof Error ? error.message : String(error) };
  }
};

export const action: ActionPerformer = {
  perform: async (_action, context) => {
    const { restart } = context.target;
    if (restart === undefined) return { reason: 'not-visible-here', note: 'the target cannot be started again on the same files' };
    const startedAt = performance.now();
    const result = await outcomeOf(restart);
    return { ...sightWithoutAnswer(context, performance.now() - startedAt), action: result };
  },
};
