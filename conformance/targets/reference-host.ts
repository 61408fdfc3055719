import type { ProxyLogLine } from '#proxy/index';

import type { ProxyHost, ProxyStart } from './hosted-proxy.ts';
import { openDoor } from './in-process-door.ts';

/** A proxy in this process without a port, and a door to it. */
const mount = async (config: unknown, authFiles: ProxyStart['authFiles']): Promise<{ url: string; close: () => Promise<void> }> => {
  const { createProxy } = await import('#proxy/index');
  const proxy = await createProxy({ config, authFiles });
  const door = await openDoor(proxy.fetch, proxy.url);
  return {
    url: door.url,
    close: async () => {
      await door.close();
      await proxy.close();
    },
  };
};

/** Runs reference proxies in this thread. The proxy is loaded when the first one starts. */
export const ownThreadHost: ProxyHost = {
  start: async ({ config, authFiles, inProcess, clockStands = false }) => {
    const { buildProxy } = await import('#proxy/index');
    const lines: ProxyLogLine[] = [];
    let aheadMs = 0;
    // What waits for a timer goes on waiting: moved time is for what is compared with the clock, cooldowns and bans.
    const startedAt = Date.now();
    const clock = { now: () => (clockStands ? startedAt : Date.now()) + aheadMs };
    const proxy = await buildProxy({ config, authFiles, clock, onLog: (line) => lines.push(line) });
    const mounted = inProcess === undefined ? undefined : await mount(inProcess, authFiles);
    const url = await proxy.listen({ host: '127.0.0.1', port: 0 });
    return {
      url: url.replace(/\/$/, ''),
      ...(mounted !== undefined && { inProcessUrl: mounted.url }),
      pass: (ms) => {
        aheadMs += ms;
        return Promise.resolve();
      },
      logs: () => Promise.resolve([...lines]),
      stop: async () => {
        proxy.server.closeAllConnections();
        await proxy.close();
        await mounted?.close();
      },
    };
  },
};
