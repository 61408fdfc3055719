/** The sample behind the real server, on a free port, with a clock that stands. */
import { virtualClock, type VirtualClock } from '../../canary/clock.ts';
import { serveCanary, type Served } from '../serve.ts';
import { statusPageRoutes } from '../status-page.ts';
import type { Sample } from './sample-canary.ts';

export interface ServedSample extends Served {
  readonly clock: VirtualClock;
}

export const serveSample = async ({ history, watched, now }: Sample): Promise<ServedSample> => {
  const clock = virtualClock(now);
  const served = await serveCanary({
    host: '127.0.0.1',
    port: 0,
    title: watched.title,
    routes: [statusPageRoutes({ history, watched: () => watched, clock })],
    signal: new AbortController().signal,
  });
  return { ...served, clock };
};

export const pageKinds = ['overview', 'target', 'rows', 'row', 'incidents', 'incident', 'round', 'result'] as const;

/** Addresses of one page of each kind. */
export const pagesOf = ({ content, watched }: Sample): Readonly<Record<(typeof pageKinds)[number], string>> => {
  const failing = content.results.find(({ verdict }) => verdict === 'fail');
  const target = encodeURIComponent(watched.targets[1]?.name ?? '');
  return {
    overview: '/',
    target: `/targets/${target}`,
    rows: '/rows',
    row: `/rows/${failing?.row}`,
    incidents: '/incidents?state=all',
    incident: `/incidents/${content.incidents[0]?.id}`,
    round: `/rounds/${failing?.round}`,
    result: `/results/${failing?.id}`,
  };
};
