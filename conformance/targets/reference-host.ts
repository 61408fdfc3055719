import type { ProxyLogLine } from '#proxy/index';

import type { ProxyHost } from './hosted-proxy.ts';

/** Runs reference proxies in this thread. The proxy is loaded when the first one starts. */
export const ownThreadHost: ProxyHost = {
  start: async ({ config, authFiles }) => {
    const { buildProxy } = await import('#proxy/index');
    const lines: ProxyLogLine[] = [];
    const proxy = await buildProxy({ config, authFiles, onLog: (line) => lines.push(line) });
    const url = await proxy.listen({ host: '127.0.0.1', port: 0 });
    return {
      url: url.replace(/\/$/, ''),
      logs: () => Promise.resolve([...lines]),
      stop: async () => {
        proxy.server.closeAllConnections();
        await proxy.close();
      },
    };
  },
};
