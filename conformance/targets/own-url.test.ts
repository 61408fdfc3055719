import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';

import { runSuite } from '../engine/run.ts';
import { placeBetween } from '../grounds/between.ts';
import { loadTarget } from './file-target.ts';
import { withOwnUrl } from './own-url.ts';
import { referenceTarget } from './reference-proxy.ts';
import type { Target } from './target.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const profile = { name: 'any', claims: new Set<string>(), models: {} };
const at = (url: string): Target => ({
  name: 'any',
  profile,
  url,
  configurable: false,
  start: () => Promise.reject(new Error('not here')),
});

describe('the own address of a target', () => {
  it('is no address of one that we start', async () => {
    const target = await referenceTarget();
    expect(() => withOwnUrl(target, 'http://127.0.0.1:1')).toThrow('--own-url goes with a target at a URL');
  });

  it.each([
    ['10.0.0.7', 'not an http or https URL: it begins with no scheme'],
    ['http://me:secret@10.0.0.7', 'the URL of --own-url holds no credentials, no query and no fragment'],
  ])('is refused when it is none: %s', (url, message) => {
    expect(() => withOwnUrl(at('http://127.0.0.1:1'), url)).toThrow(message);
  });

  it('stands in a target file, too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wireproof-own-'));
    closers.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'live.yaml');
    await writeFile(file, 'name: live\nurl: https://llm.example\nown-url: http://10.0.0.7:8317/\nclaims: []\nmodels: {}\n');
    expect((await loadTarget(file, { env: {}, cwd: folder })).ownUrl).toBe('http://10.0.0.7:8317');
    await writeFile(file, 'name: own\nstart: { command: [node] }\nown-url: http://10.0.0.7:8317/\nclaims: []\nmodels: {}\n');
    await expect(loadTarget(file, { env: {}, cwd: folder })).rejects.toMatchObject({
      problems: [{ expected: 'own-url together with url: before a started target stands nothing' }],
    });
  });

  it('shows of a reverse proxy that stands there already that it is the hop which collects', async () => {
    const proxied = await referenceTarget();
    // The proxy needs the run's upstream, so the run starts it; what it is started behind is what callers would find there.
    const started: Target['start'] = async (setting, upstream) => {
      const running = await proxied.start(setting, upstream);
      const front = await placeBetween(running.url, { buffering: 'always' });
      const stop = async (): Promise<void> => {
        await front.stop();
        await running.stop();
      };
      return { ...running, url: front.url, ownUrl: running.url, stop };
    };
    const scenarios = await loadScenarios(undefined, (id) => id === 'streaming/reverse-proxy-collects');
    const report = await runSuite({
      scenarios,
      target: {
        ...at('http://public.example'),
        profile: proxied.profile,
        ownUrl: 'http://own.example',
        grounds: new Set(['between']),
        start: started,
      },
      arms: ['conformance'],
      only: ({ cell }) => cell.client === 'openai-chat',
    });
    expect(report.results.flatMap(({ expectations }) => expectations.map(({ id, verdict, evidence }) => [id, verdict, evidence]))).toEqual([
      ['each-word-comes-by-itself-at-its-own-address', 'pass', undefined],
      ['each-word-comes-by-itself-through-a-reverse-proxy', 'fail', 'the reverse proxy holds it: at its own address every word came'],
      ['each-word-comes-by-itself-for-callers-who-take-gzip', 'fail', 'the reverse proxy holds it: at its own address every word came'],
    ]);
    expect(report.results.map(({ ground }) => ground)).toEqual([undefined]);
  });
});
