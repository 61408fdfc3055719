import type { RouteContext } from './routes/route.ts';

/** What anybody may know of the configuration: which one is in force, and whether something is wrong with it; no names, no paths. */
interface ConfigHealth {
  readonly revision: number;
  /** The beginning of its digest: enough to compare two proxies. */
  readonly digest: string;
  readonly loaded_at: string;
  /** Whether the file says what is in force. */
  readonly persisted: boolean;
  readonly refused?: { readonly at: string; readonly problems: number };
}

const digestLength = 12;
const isoTime = (ms: number): string => new Date(ms).toISOString();

const configHealth = ({ live, store }: RouteContext): ConfigHealth => {
  const { current, refused } = live;
  return {
    revision: current.revision,
    digest: current.digest.slice(0, digestLength),
    loaded_at: isoTime(current.loadedAt),
    persisted: store.persistence.persisted,
    ...(refused !== undefined && { refused: { at: isoTime(refused.at), problems: refused.problems.length } }),
  };
};

/** Liveness, and what the proxy says of itself: it asks nobody, and says nothing about upstreams. */
export const health = (context: RouteContext): object => ({
  status: 'ok',
  version: context.version,
  uptime_seconds: Math.max(0, Math.floor((context.clock.now() - context.startedAt) / 1000)),
  config: configHealth(context),
});
