import type { Gateway } from './gateways.ts';
import type { RunningGateway } from './start-gateway.ts';
import { upstreamModel } from './traffic.ts';
import type { Upstream } from './upstream.ts';

export const directLabel = 'no gateway: load and upstream on one core';

const directGateway: Gateway = {
  name: 'direct',
  label: directLabel,
  model: upstreamModel,
  upstreamModel,
  upstreamHeadHolds: 'host',
  headers: () => ({}),
  command: () => [],
  translates: false,
};

/** The upstream under the same load without a gateway: if this is not far above the rest, the rest is not worth much. */
export const direct = (upstream: Upstream): RunningGateway => ({
  gateway: directGateway,
  port: upstream.port,
  startMs: 0,
  request: (dialect, body) => {
    const path = dialect === 'openai-chat' ? '/v1/chat/completions' : '/v1/messages';
    return Buffer.from(`POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  },
  cpuMicros: () => 0,
  rssBytes: () => 0,
  peakRssBytes: () => 0,
  forgetPeak: () => undefined,
  pid: 0,
  ended: Promise.resolve(0),
  stop: () => Promise.resolve(),
});
