import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { loadScenarios } from '#scenarios/catalogue';

import { loadCanaryPlan } from '../canary/config/load-canary-plan.ts';
import { saidBy } from './testing/said-by.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cli = (...argv: readonly string[]) => saidBy(['init', ...argv], { cwd: folder, columns: 80 });

const config = (): string => join(folder, 'wireproof.canary.yaml');
const read = (): string => readFileSync(config(), 'utf8');

const env = {
  PROXY_KEY: 'k',
  UPSTREAM_KEY: 'u',
  SLACK_WEBHOOK_URL: 'https://s.example/x',
  HOOK_SECRET: 'a-secret-of-hooks-of-some-length',
  HEARTBEAT_URL: 'https://b.example',
  WIREPROOF_CONTROL_TOKEN: 'c',
};
const load = async () => loadCanaryPlan(config(), { env, cwd: '/', catalogue: await loadScenarios() });

describe('wireproof init', () => {
  it('writes a configuration that is valid as it stands, and tells what comes next', async () => {
    const { code, out, err } = await cli('--url', 'https://proxy.example/mount/');
    expect([code, err, out.split('\n')[0], readdirSync(folder)]).toEqual([0, '', 'wrote wireproof.canary.yaml', ['wireproof.canary.yaml']]);
    expect(out).toContain('npx wireproof canary --config wireproof.canary.yaml --dry-run');
    const { targets, warnings } = await load();
    expect([targets.map(({ name, url, key }) => [name, url, key]), warnings]).toEqual([
      [['proxy', 'https://proxy.example/mount', 'k']],
      [],
    ]);
  });

  it('writes keys that are switched off, and valid when they are switched on', async () => {
    await cli();
    writeFileSync(join(folder, 'known-failures.yaml'), '[]');
    const on = read().replaceAll(/^( *)#(?=\S)/gm, '$1');
    expect(on).not.toBe(read());
    writeFileSync(config(), on);
    const { targets, destinations, heartbeat, serve, connectivity } = await load();
    expect([targets[0]?.alerts, targets[0]?.direct?.key, targets[0]?.schedule.blackouts.length]).toEqual([['ops', 'hook'], 'u', 1]);
    expect([destinations.length, heartbeat?.url, serve?.controlToken, connectivity.length]).toEqual([2, 'https://b.example', 'c', 1]);
  });

  it('overwrites nothing, writes nothing of several when one is there, and does with --force', async () => {
    writeFileSync(config(), 'mine');
    const refused = await cli('--github');
    expect([refused.code, refused.out, read(), readdirSync(folder)]).toEqual([2, '', 'mine', ['wireproof.canary.yaml']]);
    expect(refused.err).toContain('nothing was written');
    expect((await cli('--force')).code).toBe(0);
    expect(read()).toContain('targets:');
  });

  it('writes a workflow, too, and into a folder that is not there yet', async () => {
    const { code, out } = await cli('--directory', 'ops/canary', '--github');
    expect([code, out.split('\n').slice(0, 2)]).toEqual([
      0,
      ['wrote ops/canary/wireproof.canary.yaml', 'wrote ops/canary/.github/workflows/wireproof-canary.yml'],
    ]);
    const workflow = parse(readFileSync(join(folder, 'ops/canary/.github/workflows/wireproof-canary.yml'), 'utf8')) as {
      readonly jobs: { readonly canary: { readonly steps: readonly { readonly run?: string; readonly env?: object }[] } };
    };
    const step = workflow.jobs.canary.steps.find(({ run }) => run !== undefined);
    expect([step?.run, Object.keys(step?.env ?? {})]).toEqual(['npx wireproof canary --once --no-serve', ['PROXY_KEY']]);
  });

  it('tells of a URL that is none, and of a place that cannot be written to', async () => {
    expect((await cli('--url', 'proxy.example')).code).toBe(2);
    expect((await cli('--url', 'https://user:secret@proxy.example')).err).not.toContain('secret@');
    writeFileSync(join(folder, 'file'), '');
    const { code, err } = await cli('--directory', 'file/below');
    expect([code, err.includes('the starting point cannot be written')]).toEqual([2, true]);
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
