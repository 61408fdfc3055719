import type { OpenCanary } from './open-canary.ts';

/** Down-samples and deletes what is older than it is kept. A history that cannot do it now is asked again the next time. */
export const pruneHistory = async ({ rounds: { clock, store, tell }, plan }: Pick<OpenCanary, 'rounds' | 'plan'>): Promise<void> => {
  try {
    await store.prune(clock.now(), plan().retention);
  } catch (error) {
    tell(`history: what is too old could not be removed: ${error instanceof Error ? error.message : String(error)}`);
  }
};
