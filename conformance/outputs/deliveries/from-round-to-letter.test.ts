import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { virtualClock } from '../../canary/clock.ts';
import { redactor } from '../../engine/redact.ts';
import { openHistory } from '../../history/open-history.ts';
import type { ProbeResult, Round } from '../../history/records.ts';
import type { HistoryStore } from '../../history/store.ts';
import { decideRound } from '../../incidents/decide-round.ts';
import { createLearner } from '../../incidents/learner.ts';
import { loadRules } from '../../incidents/rule.ts';
import { scenarioOf, targetOf } from '../../incidents/testing/played-rounds.ts';
import { prepareDestinations } from '../destinations/prepare.ts';
import { listening, type Listening } from '../testing/listening.ts';
import { startDeliveries, type Deliveries } from './deliveries.ts';

const minute = 60_000;
const start = Date.UTC(2026, 10, 23);
const scenario = 'availability/spark-needs-a-tier';
const target = targetOf([scenarioOf(scenario, 8)]);
const rules = await loadRules();
const spent = { requests: 1, inputTokens: 1, outputTokens: 1, usd: 0 };
const refused = {
  verdict: 'fail',
  fault: { at: 'upstream', because: 'asked directly, the upstream deviates in the same way' },
  evidence: { checks: [{ id: 'a-refused-model-falls-back', level: 'must', actual: '400 application/json: {"detail":"…"}' }] },
} as const;

let folder: string;
let store: HistoryStore;
let server: Listening;
let deliveries: Deliveries;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-letters-'));
  store = await openHistory(join(folder, 'history.db'));
  server = await listening((_, response) => void response.writeHead(200).end());
  const destinations = await prepareDestinations([{ name: 'hook', kind: 'webhook', settings: { url: server.url } }], { env: {}, folder });
  const clock = virtualClock(start + 60 * minute);
  deliveries = startDeliveries({
    store,
    destinations,
    clock,
    random: () => 0,
    userAgent: 'x',
    redact: redactor([]),
    tell: () => undefined,
  });
});

afterEach(async () => {
  await deliveries.close();
  await server.close();
  await store.close();
  await rm(folder, { recursive: true });
});

const play = async (minutes: number, location: string, more: Partial<ProbeResult>): Promise<void> => {
  const at = start + minutes * minute;
  const id = `${minutes}-${location}`;
  const round: Round = {
    id,
    target: 'one',
    location,
    reason: 'scheduled',
    dueAt: at,
    startedAt: at,
    endedAt: at,
    outcome: 'complete',
    spent,
  };
  const result: ProbeResult = {
    id: `${id}/0`,
    round: id,
    target: 'one',
    location,
    scenario,
    row: 8,
    at,
    durationMs: 1,
    warned: false,
    spent,
    verdict: 'pass',
    ...more,
  };
  const learned = await createLearner({ store }).learned(target, location, at);
  const decide = (known: Parameters<Parameters<HistoryStore['recordRound']>[2]>[0]) =>
    decideRound({ now: at, target, round, results: [result], known, learned, rules });
  await store.recordRound(round, [result], decide, ['hook']);
};

const lettersOf = ({ got }: Listening): readonly unknown[] =>
  got.map(({ body }) => {
    const { event, incident } = JSON.parse(body) as { readonly event: string; readonly incident: Readonly<Record<string, unknown>> };
    return [event, incident['rule'], incident['locations'], incident['results'], incident['fault']];
  });

describe('from a round to a letter', () => {
  it('one opens, one closes, seen from two places, whoever writes a round twice', async () => {
    const played = [
      [1, 'fra', {}],
      [1, 'ams', {}],
      [2, 'fra', refused],
      [2, 'ams', refused],
      [3, 'fra', refused],
      [3, 'fra', refused],
      [3, 'ams', refused],
      [4, 'fra', {}],
      [4, 'ams', {}],
      [5, 'fra', {}],
      [5, 'ams', {}],
    ] as const;
    for (const [minutes, location, more] of played) {
      await play(minutes, location, more);
      await deliveries.settle(minute);
    }
    const { fault } = refused;
    expect(lettersOf(server)).toEqual([
      ['opened', 'spark-repeatedly-refused', ['fra'], 1, fault],
      ['resolved', 'spark-repeatedly-refused', ['ams'], 2, fault],
    ]);
    expect(
      (await store.incidents()).map(({ row, severity, openedAt, closedAt }) => [row, severity, openedAt - start, (closedAt ?? 0) - start]),
    ).toEqual([[8, 'critical', 3 * minute, 5 * minute]]);
    expect((await store.states()).map(({ location, health }) => [location, health])).toEqual([
      ['ams', 'healthy'],
      ['fra', 'healthy'],
    ]);
  });

  it('rounds of many places at once open one', async () => {
    const places = ['a', 'b', 'c', 'd', 'e'];
    for (const minutes of [1, 2]) await Promise.all(places.map((location) => play(minutes, location, refused)));
    await deliveries.settle(minute);
    expect(lettersOf(server).length).toBe(1);
    expect((await store.incidents()).map(({ locations }) => locations)).toEqual([places]);
  });
});
