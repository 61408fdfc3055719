/** What a round needs, for tests: a history in a folder of its own, and everything else as a canary has it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { redactor } from '../../engine/redact.ts';
import { openHistory } from '../../history/open-history.ts';
import type { HistoryStore } from '../../history/store.ts';
import { createHttpCaller } from '../../transport/http-caller.ts';
import { systemClock, type CanaryClock } from '../clock.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import { defaultHarm, defaultRound, defaultThresholds } from '../config/defaults.ts';
import { openJudge } from '../round/judge.ts';
import type { RoundWorld } from '../round/round-world.ts';
import { openKillSwitch } from '../safety/kill-switch.ts';
import { openRests } from '../safety/rests.ts';
import { plainScenario } from './plain-scenario.ts';

export const plainTarget = (url: string, changes: Partial<CanaryTarget> = {}): CanaryTarget => ({
  name: 'gateway',
  url,
  key: 'the-key-of-a-caller-of-the-canary',
  profile: { name: 'p', claims: new Set(['client:openai-chat', 'upstream:openai-chat']), models: { 'openai-chat': 'm' } },
  labels: {},
  scenarios: [plainScenario({ id: 'one' })],
  thorough: false,
  schedule: { when: { everyMs: 60_000 }, jitterMs: 0, timeZone: 'UTC', blackouts: [] },
  budget: { round: defaultRound, hour: {}, day: {} },
  inFlight: 2,
  prices: { input: 0, output: 0 },
  harm: defaultHarm,
  thresholds: defaultThresholds,
  allowed: [],
  alerts: [],
  ...changes,
});

export interface RoundSetting {
  readonly world: RoundWorld;
  readonly store: HistoryStore;
  readonly pauseFile: string;
  readonly told: readonly string[];
  /** Ends the canary softly, and what is in flight. */
  readonly end: () => void;
  readonly abort: () => void;
  readonly close: () => Promise<void>;
}

/** @param clock the wall clock by default */
export const roundSetting = async (changes: Partial<RoundWorld> = {}, clock: CanaryClock = systemClock()): Promise<RoundSetting> => {
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-round-'));
  const pauseFile = join(folder, 'paused');
  const store = changes.store ?? (await openHistory(join(folder, 'history.db')));
  const [ending, abort] = [new AbortController(), new AbortController()];
  const told: string[] = [];
  const tell = (line: string): void => void told.push(line);
  const caller = createHttpCaller({ maxAnswerBytes: 1024 * 1024 });
  let salt = 0;
  const world: RoundWorld = {
    store,
    clock,
    location: 'here',
    budget: () => ({ hour: {}, day: {} }),
    caller,
    killSwitch: openKillSwitch({ store, clock, pauseFile: () => pauseFile }),
    rests: openRests(store),
    isOnline: () => Promise.resolve(true),
    judge: await openJudge({ store, clock, tell }),
    outputs: [],
    redact: redactor(['the-key-of-a-caller-of-the-canary']),
    ending: ending.signal,
    abort: abort.signal,
    tell,
    salt: () => `${(salt += 1)}`,
    ...changes,
  };
  return {
    world,
    store,
    pauseFile,
    told,
    end: () => ending.abort(),
    abort: () => abort.abort(),
    close: async () => {
      await caller.close();
      if (changes.store === undefined) await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
