import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';
import { describe, expect, it, vi } from 'vitest';

import { loadSealed } from '#fixtures/catalogue';

import { compareSamples, learnBaseline } from '../compare.ts';
import { type Sample, sampleOfExchange } from '../sample.ts';
import { applyEdit } from './apply-edit.ts';
import { detectionPage } from './detection-page.ts';
import { findDrifts, type SeededDrift } from './find-drifts.ts';
import { resample, timed } from './resample.ts';

// A thousand answers, on machines that do other things too.
vi.setConfig({ testTimeout: 60_000 });

const page = fileURLToPath(new URL('../../../docs/drift-detection.md', import.meta.url));
const samples = loadSealed().map((exchange, index) => timed(sampleOfExchange(exchange), index));
/** Each request was asked three times more, so that there is something to learn chance from. */
const repeats = [1, 2, 3].flatMap((time) => samples.map((sample, index) => resample(sample, 100_000 * time + index)));
const baseline = await learnBaseline([...samples, ...repeats]);
const drifts = findDrifts();

const found = async ({ surface, of, edit }: SeededDrift, before = (sample: Sample, _nth: number): Sample => sample) => {
  const sample = samples.find(({ id }) => id === `${surface}/${of}`);
  if (sample === undefined) throw new Error(`no exchange ${surface}/${of}`);
  // One slow answer is chance: times are asked for more than once.
  const asked = edit.do === 'slower' ? [sample, resample(sample, 21), resample(sample, 22)] : [sample];
  return compareSamples(
    baseline,
    asked.map((one, nth) => applyEdit(before(one, nth), edit)),
  );
};

const samplesAgain = (count: number) =>
  Array.from({ length: count }, (_, seed) => {
    const sample = samples[seed % samples.length];
    if (sample === undefined) throw new Error('no samples');
    return resample(sample, seed);
  });

describe('seeded drifts', () => {
  it('are at least 60, of all four dialects, each with a name of its own', () => {
    expect(drifts.length).toBeGreaterThanOrEqual(60);
    expect([...new Set(drifts.map(({ surface }) => surface))]).toEqual([
      'anthropic-messages',
      'gemini-generate',
      'openai-chat',
      'openai-responses',
    ]);
    const names = drifts.map(({ surface, name }) => `${surface}: ${name}`);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(drifts)('$surface: $name', async (drift) => {
    const changes = await found(drift);
    const told = changes.map(({ kind, severity, path }) => ({ kind, severity, path }));
    expect(told).toContainEqual(drift.expect);
    expect(told[0]?.severity).toBe(drift.expect.severity);
  });

  it('are found in answers with other ids, times and texts, too, under the same ids', async () => {
    const missed = drifts.map(async (drift) => {
      const [plain, again] = await Promise.all([found(drift), found(drift, (sample, nth) => resample(sample, 11 + nth))]);
      const [ids, idsAgain] = [plain, again].map((changes) => changes.map(({ id }) => id).sort());
      return JSON.stringify(ids) === JSON.stringify(idsAgain) ? [] : [`${drift.surface}: ${drift.name}`];
    });
    expect((await Promise.all(missed)).flat()).toEqual([]);
  });

  it('have ids that tell them apart and stay the same', async () => {
    const [first] = drifts;
    if (first === undefined) throw new Error('no drift');
    expect(await found(first)).toEqual(await found(first));
    const all = (await Promise.all(drifts.map((drift) => found(drift)))).flat();
    const ids = new Set(all.map(({ id }) => id));
    expect([...ids].filter((id) => !/^[0-9a-f]{12}$/.test(id))).toEqual([]);
    const different = new Set(all.map(({ kind, surface, path, what }) => JSON.stringify([kind, surface, path, what])));
    expect(different.size).toBeGreaterThanOrEqual(drifts.length);
    expect(ids.size).toBe(different.size);
  });
});

it('a baseline does not differ from itself', async () => {
  expect(await compareSamples(baseline, samples)).toEqual([]);
});

it('1,000 answers of upstreams that did not change raise no alarm', async () => {
  const again = samplesAgain(1_000);
  const same = again.filter(({ body }, index) => JSON.stringify(body) === JSON.stringify(samples[index % samples.length]?.body));
  // A token count alone has few ways to be another.
  expect(same.length).toBeLessThan(50);
  expect(await compareSamples(baseline, again)).toEqual([]);
});

it('each of 1,000 answers alone raises none by its times and pieces either', async () => {
  const alone = await Promise.all(samplesAgain(1_000).map((sample) => compareSamples(baseline, [sample])));
  expect(alone.flat()).toEqual([]);
});

it('docs/drift-detection.md says what came of this run', async () => {
  const observed = await Promise.all(drifts.map(async (drift) => ({ drift, changes: await found(drift) })));
  const text = await format(detectionPage(observed, 1_000), { ...(await resolveConfig(page)), parser: 'markdown' });
  await expect(text).toMatchFileSnapshot(page);
});
