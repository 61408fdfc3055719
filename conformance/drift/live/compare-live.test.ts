import { afterEach, expect, it } from 'vitest';

import { exchange } from '#fixtures/catalogue';
import { exchangesDirectory } from '#fixtures/exchange-file';

import { learnBaseline } from '../compare.ts';
import { driftExitCode, driftReport } from '../drift-report.ts';
import { sampleOfExchange, sampleOfRecording } from '../sample.ts';
import { json, type LiveUpstream, startLiveUpstream } from '../testing/live-upstream.ts';
import { askAgain } from './ask-again.ts';
import { readBaseline } from './baseline-item.ts';

let upstream: LiveUpstream;
afterEach(() => upstream.close());

// What the recorder makes of their paths: another surface, or none.
it.each(['codex/refusal', 'antigravity/text', 'iflow/text'])('an upstream that answers %s with something else has changed', async (id) => {
  upstream = await startLiveUpstream(json(200, { totally: 'other' }));
  const run = await askAgain({
    items: readBaseline(exchangesDirectory).filter(({ group }) => group === id),
    upstream: upstream.url,
    samples: 1,
    budget: {},
    idleMs: 20_000,
    answerMs: 20_000,
    signal: new AbortController().signal,
    now: () => 1_000,
    pause: async () => undefined,
    tool: 'wireproof test',
    onProgress: () => undefined,
  });
  const old = [sampleOfExchange(exchange(id))];
  const fresh = run.recordings.flatMap((recording) => sampleOfRecording(recording) ?? []);
  const report = await driftReport(await learnBaseline(old), old, fresh, new Map());
  const told = report.changes.filter(({ path }) => path.startsWith('body')).map(({ kind, surface }) => `${kind} ${surface}`);
  expect([run.gaps, fresh.length, driftExitCode(report, false)]).toEqual([[], 1, 1]);
  expect(told).toContain(`field-added ${id.split('/')[0]}`);
});
