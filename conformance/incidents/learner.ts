import { LRUCache } from 'lru-cache';

import type { CanaryTarget } from '../canary/config/canary-plan.ts';
import type { ProbeResult } from '../history/records.ts';
import type { HistoryStore } from '../history/store.ts';
import { median, type Learned, type Sample, type Usual } from './learned.ts';
import { ruleOf, type Measure } from './slower.ts';

/** Knows what the scenarios of targets usually take. Reads the history rarely, and keeps a bounded number of scenarios in memory. */
export interface Learner {
  /** @param now milliseconds since the epoch */
  readonly learned: (target: CanaryTarget, location: string, now: number) => Promise<Learned>;
  /** Of a round after it was written. */
  readonly observe: (target: CanaryTarget, location: string, results: readonly ProbeResult[]) => void;
}

interface Kept {
  readonly readAt: number;
  usual: Usual;
}

/** Enough for a median that stands still. */
const mostSamples = 400;
const mostKept = 50_000;
const defaultRefreshMs = 600_000;

const keyOf = (target: CanaryTarget, location: string, scenario: string): string => `${target.name}\n${location}\n${scenario}`;

const medianOf = (samples: readonly Sample[], measure: Measure): number | undefined =>
  median(samples.flatMap((sample) => sample[measure] ?? []));

/** What a regression that is open began with is no part of what is usual. */
const usualOf = (all: readonly Sample[], last: number, before: Readonly<Record<Measure, number>>): Usual => {
  const old = all.slice(0, Math.max(0, all.length - last));
  const totalMs = medianOf(
    old.filter(({ at }) => at < before.totalMs),
    'totalMs',
  );
  const firstByteMs = medianOf(
    old.filter(({ at }) => at < before.firstByteMs),
    'firstByteMs',
  );
  return {
    samples: old.filter(({ at }) => at < Math.min(before.totalMs, before.firstByteMs)).length,
    last: all.slice(-last),
    ...(totalMs !== undefined && { totalMs }),
    ...(firstByteMs !== undefined && { firstByteMs }),
  };
};

const sampleOf = ({ at, totalMs, firstByteMs, verdict }: ProbeResult): readonly Sample[] =>
  verdict !== 'pass' || totalMs === undefined ? [] : [{ at, totalMs, ...(firstByteMs !== undefined && { firstByteMs }) }];

/** @param refreshMs what was learned is read again when it is older */
export const createLearner = ({
  store,
  refreshMs = defaultRefreshMs,
}: {
  readonly store: Pick<HistoryStore, 'samples' | 'incidents'>;
  readonly refreshMs?: number;
}): Learner => {
  const kept = new LRUCache<string, Kept>({ max: mostKept });
  const isFresh = (one: Kept | undefined, now: number): boolean => one !== undefined && Math.abs(now - one.readAt) < refreshMs;
  const read = async (target: CanaryTarget, location: string, now: number): Promise<void> => {
    const { last, learnMs } = target.thresholds.latency;
    const open = await store.incidents({ target: target.name, open: true });
    for (const { id: scenario } of target.scenarios) {
      const from = now - learnMs;
      const samples = await store.samples({ target: target.name, scenario, location, from, limit: mostSamples });
      const began = (measure: Measure): number =>
        open.find((incident) => incident.rule === ruleOf[measure] && incident.scenario === scenario)?.openedAt ?? Infinity;
      const usual = usualOf(samples, last, { totalMs: began('totalMs'), firstByteMs: began('firstByteMs') });
      kept.set(keyOf(target, location, scenario), { readAt: now, usual });
    }
  };
  return {
    learned: async (target, location, now) => {
      const keys = target.scenarios.map(({ id }) => [id, keyOf(target, location, id)] as const);
      if (keys.some(([, key]) => !isFresh(kept.get(key), now))) await read(target, location, now);
      return new Map(keys.flatMap(([id, key]) => (kept.has(key) ? [[id, kept.get(key)?.usual ?? { samples: 0, last: [] }] as const] : [])));
    },
    observe: (target, location, results) => {
      for (const result of results) {
        const one = kept.get(keyOf(target, location, result.scenario));
        if (one === undefined) continue;
        const last = [...one.usual.last, ...sampleOf(result)].slice(-target.thresholds.latency.last);
        one.usual = { ...one.usual, last };
      }
    },
  };
};
