import { afterEach, describe, expect, it } from 'vitest';

import { serveCanary } from '../../status-page/serve.ts';
import { controlRoutes, type ControlActions } from './control-routes.ts';

const stop: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of stop.splice(0)) await close();
});

const serving = async (changes: Partial<ControlActions> = {}, about: { readonly token?: string; readonly host?: string } = {}) => {
  const done: string[] = [];
  let paused: string | undefined;
  const actions: ControlActions = {
    pause: (because) => {
      paused = because;
      return Promise.resolve(void done.push(`pause ${because}`));
    },
    resume: () => {
      paused = undefined;
      return Promise.resolve(void done.push('resume'));
    },
    reload: () => Promise.resolve(void done.push('reload')).then(() => []),
    paused: () => Promise.resolve(paused),
    unready: () => Promise.resolve(undefined),
    ...changes,
  };
  const { token, host = '127.0.0.1' } = about;
  const routes = [controlRoutes({ host, actions, ...(token !== undefined && { token }) })];
  const served = await serveCanary({ host: '127.0.0.1', port: 0, title: 'test', routes, signal: new AbortController().signal });
  stop.push(served.close);
  const ask = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string) => {
    const response = await fetch(`${served.url}${path}`, { method, headers, ...(body !== undefined && { body }) });
    return { status: response.status, body: await response.json() };
  };
  return { ask, done, url: served.url };
};

describe('the control routes', () => {
  it('say that the canary lives, and whether it can work', async () => {
    const well = await serving();
    expect(await well.ask('GET', '/-/healthy')).toEqual({ status: 200, body: { healthy: true } });
    expect(await well.ask('GET', '/-/ready')).toEqual({ status: 200, body: { ready: true, paused: false } });
    const away = await serving({ unready: () => Promise.resolve('no history') });
    expect(await away.ask('GET', '/-/ready')).toEqual({ status: 503, body: { ready: false, because: 'no history' } });
  });

  it('pause, resume and reload', async () => {
    const { ask, done } = await serving();
    const json = { 'content-type': 'application/json' };
    expect(await ask('POST', '/-/pause', json, '{"reason":"an incident of ours"}')).toEqual({
      status: 200,
      body: { paused: true, because: 'paused: an incident of ours' },
    });
    expect(await ask('POST', '/-/resume')).toEqual({ status: 200, body: { paused: false } });
    expect(await ask('POST', '/-/pause')).toEqual({ status: 200, body: { paused: true, because: 'paused through /-/pause' } });
    expect(await ask('POST', '/-/reload')).toEqual({ status: 200, body: { reloaded: true } });
    expect(done).toEqual(['pause paused: an incident of ours', 'resume', 'pause paused through /-/pause', 'reload']);
    const bad = await serving({ reload: () => Promise.resolve(['targets.0: no URL']) });
    expect(await bad.ask('POST', '/-/reload')).toEqual({ status: 422, body: { reloaded: false, problems: ['targets.0: no URL'] } });
  });

  it('take no order without the token where there is one, and none at all elsewhere than on a loopback address without one', async () => {
    const guarded = await serving({}, { token: 'a-control-token' });
    const statuses = [];
    for (const authorization of [
      'Bearer a-control-token',
      'bearer a-control-token',
      'Bearer a-control-toke',
      'Basic a-control-token',
      '',
    ]) {
      statuses.push((await guarded.ask('POST', '/-/pause', authorization === '' ? {} : { authorization })).status);
    }
    expect(statuses).toEqual([200, 200, 401, 401, 401]);
    expect(guarded.done).toHaveLength(2);
    const open = await serving({}, { host: '0.0.0.0' });
    expect([(await open.ask('POST', '/-/pause')).status, (await open.ask('GET', '/-/healthy')).status, open.done]).toEqual([403, 200, []]);
  });

  it('take no order of other sites that are open in a browser here', async () => {
    const { ask, done, url } = await serving();
    expect((await ask('POST', '/-/pause', { origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await ask('POST', '/-/pause', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(done).toEqual([]);
    expect((await ask('POST', '/-/pause', { origin: url })).status).toBe(200);
  });
});
