import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, expect, it } from 'vitest';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { referenceTarget } from './reference-proxy.ts';
import type { RunningTarget } from './target.ts';

const running: RunningTarget[] = [];
const upstreams: MockUpstream[] = [];
afterEach(async () => {
  for (const target of running.splice(0)) await target.stop();
  for (const upstream of upstreams.splice(0)) await upstream.close();
});

const health = async (url: string): Promise<{ readonly status: number; readonly uptime: unknown }> => {
  const answer = await fetch(`${url}/health`);
  return { status: answer.status, uptime: ((await answer.json()) as { readonly uptime_seconds: number }).uptime_seconds >= 0 };
};

it('is started on files, started again on the same ones at the same address, and leaves none', async () => {
  const upstream = await startMockUpstream();
  upstreams.push(upstream);
  const target = await (
    await referenceTarget()
  ).start({ remediesOff: [], config: { 'request-retry': 1 }, ground: { disk: { state: 'writable' } } }, upstream);
  running.push(target);
  const { url, disk, restart } = target;
  if (disk === undefined || restart === undefined) throw new Error('expected a target with files, that can be started again');
  const config = join(disk.seenByTarget, 'config.yaml');
  const first = await target.logs();
  expect([await health(url), readFileSync(config, 'utf8').includes('\nrequest-retry: 1\n')]).toEqual([{ status: 200, uptime: true }, true]);
  expect(readdirSync(join(disk.seenByTarget, 'auth')).length).toBeGreaterThan(3);
  await restart();
  expect([target.url, await health(url)]).toEqual([url, { status: 200, uptime: true }]);
  const listening = (await target.logs())?.filter(({ fields }) => fields['event'] === 'listening');
  expect([first?.some(({ fields }) => fields['event'] === 'listening'), listening?.length]).toEqual([true, 2]);
  rmSync(config);
  await expect(restart()).rejects.toThrow(/config\.yaml: expected a readable file/);
  await running.pop()?.stop();
  expect(existsSync(disk.seenByTarget)).toBe(false);
});
