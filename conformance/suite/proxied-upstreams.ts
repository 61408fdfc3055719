import type { SurfaceId } from '#fixtures/exchange';
import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import type { Script } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { referenceTarget } from '../targets/reference-proxy.ts';

/** What one request of a client is about: the marker in its text, and what reached the upstream with it. */
export interface Topic {
  readonly text: string;
  readonly calls: () => readonly UpstreamCall[];
  /** Of a picture that nobody has, at the mocked upstreams: whoever fetches it is seen. */
  readonly pictureUrl: string;
  readonly pictureCalls: () => readonly UpstreamCall[];
  /** Resolves when no answer of the upstream is open any more. */
  readonly settled: () => Promise<void>;
}

/** The reference proxy on a socket over the mocked upstreams, for clients that know nothing of either. */
export interface ProxiedUpstreams {
  readonly url: string;
  readonly apiKey: string;
  readonly modelOf: (surface: SurfaceId) => string;
  /** A topic of its own, so that checks may run in any order. */
  readonly topic: (script: Script) => Topic;
  readonly stop: () => Promise<void>;
}

const settleWithinMs = 5_000;

/** One test's failures must not turn the next one away. */
const sharedByAll = { 'disable-cooling': true, 'circuit-breaker': { failures: 1_000_000 } };

export const startProxiedUpstreams = async (): Promise<ProxiedUpstreams> => {
  const upstream = await startMockUpstream();
  const target = await referenceTarget();
  const proxy = await target.start({ remediesOff: [], config: sharedByAll }, upstream);
  const { authorization = '' } = proxy.headers({ client: 'openai-chat', upstream: 'openai-chat', stream: false });
  let topics = 0;
  return {
    url: proxy.url,
    apiKey: authorization.replace(/^Bearer /, ''),
    modelOf: (surface) => target.profile.models[surface] ?? '',
    topic: (script) => {
      topics += 1;
      const token = `wpt_${String(topics).padStart(16, '0')}`;
      const picture = `/pictures/${topics}.png`;
      upstream.script(token, script);
      return {
        text: `What is the weather in Berlin? ${token}`,
        calls: () => upstream.calls(token),
        pictureUrl: `${upstream.url}${picture}`,
        pictureCalls: () => upstream.refusals().filter(({ path }) => path === picture),
        settled: () => upstream.settled(token, settleWithinMs),
      };
    },
    stop: async () => {
      await proxy.stop();
      await upstream.close();
    },
  };
};
