import type { ProxyLogLine } from '#proxy/index';

import type { HostedProxy, ProxyHost, ProxyStart } from './hosted-proxy.ts';
import { openDoor } from './in-process-door.ts';
import { steadyPort, whenFree } from './steady-port.ts';

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

interface Circumstances {
  readonly clock: { readonly now: () => number };
  readonly onLog: (line: ProxyLogLine) => void;
}

/** A proxy that listens, and can be ended. */
interface Served {
  readonly url: string;
  readonly end: () => Promise<void>;
}

const serveInMemory = async ({ config, authFiles }: ProxyStart, about: Circumstances): Promise<Served> => {
  const { buildProxy } = await import('#proxy/index');
  const proxy = await buildProxy({ config, authFiles, ...about });
  const url = await proxy.listen({ host: '127.0.0.1', port: 0 });
  const end = async (): Promise<void> => {
    proxy.server.closeAllConnections();
    await proxy.close();
  };
  return { url: url.replace(/\/$/, ''), end };
};

/** As its operators run it: from its file, with all that is looked at when it starts and watched while it runs. */
const serveFile = async (configPath: string, port: number, { clock, onLog: log }: Circumstances): Promise<Served> => {
  const { runProxy } = await import('#proxy/main');
  const ending = new AbortController();
  const { signal } = ending;
  return new Promise((resolve, reject) => {
    const ended = runProxy({
      configPath,
      host: '127.0.0.1',
      port,
      env: {},
      clock,
      log,
      signal,
      onListening: (url) => resolve({ url, end: () => (ending.abort(), ended) }),
    });
    ended.catch(reject);
  });
};

const newHost = async (start: ProxyStart, about: Circumstances): Promise<Pick<HostedProxy, 'url' | 'restart' | 'stop'>> => {
  const { configPath } = start;
  if (configPath === undefined) {
    const { url, end } = await serveInMemory(start, about);
    return { url, stop: end };
  }
  const port = await steadyPort();
  const serve = (): Promise<Served> => whenFree(() => serveFile(configPath, port, about));
  let served: Served | undefined = await serve();
  const { url } = served;
  const stop = async (): Promise<void> => {
    const ending = served;
    served = undefined;
    await ending?.end();
  };
  const restart = async (): Promise<void> => {
    await stop();
    served = await serve();
  };
  return { url, restart, stop };
};

/** Runs reference proxies in this thread. The proxy is loaded when the first one starts. */
export const ownThreadHost: ProxyHost = {
  start: async (start) => {
    const { authFiles, inProcess, clockStands = false } = start;
    const lines: ProxyLogLine[] = [];
    let aheadMs = 0;
    // What waits for a timer goes on waiting: moved time is for what is compared with the clock, cooldowns and bans.
    const startedAt = Date.now();
    const clock = { now: () => (clockStands ? startedAt : Date.now()) + aheadMs };
    const hosted = await newHost(start, { clock, onLog: (line) => void lines.push(line) });
    const mounted = inProcess === undefined ? undefined : await mount(inProcess, authFiles);
    return {
      ...hosted,
      ...(mounted !== undefined && { inProcessUrl: mounted.url }),
      pass: (ms) => {
        aheadMs += ms;
        return Promise.resolve();
      },
      logs: () => Promise.resolve([...lines]),
      stop: async () => {
        await hosted.stop();
        await mounted?.close();
      },
    };
  },
};
