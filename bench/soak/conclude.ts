import { kinds } from './kinds.ts';
import { growthPerHour } from './memory.ts';
import type { Sample } from './memory.ts';
import type { Tally } from './traffic.ts';

/** What the proxy says it has counted (`GET /v0/management/usage`). */
export interface Ledger {
  readonly usage: {
    readonly total_requests: number;
    readonly success_count: number;
    readonly failure_count: number;
    readonly client_left_count: number;
    readonly upstream_attempts: number;
    readonly estimated_requests: number;
  };
  readonly ledger: { readonly waiting: number; readonly lost: number };
}

export interface Soak {
  readonly tally: Tally;
  readonly ledger: Ledger;
  readonly samples: readonly Sample[];
  /** Error lines of the proxy's log, and everything that it printed beside the log. */
  readonly alarms: readonly string[];
  readonly rotations: number;
  readonly minutes: number;
  /** Of the proxy, after SIGTERM. */
  readonly exitCode: number;
}

export interface Conclusion {
  readonly good: boolean;
  readonly lines: readonly string[];
}

/** Node's heap settles in the first quarter; what grows after it grows for good. */
const settled = (samples: readonly Sample[]): readonly Sample[] => samples.slice(Math.ceil(samples.length / 4));

/** More than this, in MiB per hour after the first quarter, is no flat memory: a leak of 100 bytes per request is 14. */
export const mostGrowthPerHour = 12;

interface Check {
  readonly good: boolean;
  readonly text: string;
}

const equal = (what: string, expected: number, actual: number): Check => ({
  good: expected === actual,
  text: `${what}: ${actual}${expected === actual ? '' : `, expected ${expected}`}`,
});

/** What clients were told, and how often, that their kind of request does not allow. */
const toldOtherwise = ({ statuses }: Tally): readonly (readonly [told: string, count: number])[] => {
  const allowed = new Set(kinds.flatMap(({ name, told }) => told.map((one) => `${name}: ${one}`)));
  return [...statuses].filter(([told]) => !allowed.has(told));
};

/** A proxy that refuses everything counts right, too, and needs little memory. */
const toldRightly = (tally: Tally): Check => {
  const otherwise = toldOtherwise(tally);
  const right = tally.sent - otherwise.reduce((sum, [, count]) => sum + count, 0);
  const shown = otherwise.slice(0, 5).map(([told, count]) => `${told} × ${count}`);
  const asked = equal('clients that were told what their kind of request wants', tally.sent, right);
  return { good: asked.good && tally.sent > 0, text: [asked.text, ...shown].join('; ') };
};

export const conclude = ({ tally, ledger, samples, alarms, rotations, minutes, exitCode }: Soak): Conclusion => {
  const growth = growthPerHour(settled(samples));
  const peak = Math.max(...samples.map(({ rss }) => rss));
  const files = settled(samples).map((sample) => sample.files);
  const { usage } = ledger;
  const checks: readonly Check[] = [
    toldRightly(tally),
    equal('requests with a valid key, counted by the clients and by the proxy', tally.counted, usage.total_requests),
    equal('their outcomes together', usage.total_requests, usage.success_count + usage.failure_count + usage.client_left_count),
    equal('requests sent upstream, counted by the upstreams and by the proxy', tally.upstream, usage.upstream_attempts),
    equal('valid keys refused, while keys were rotated', 0, tally.refusedKeys),
    equal('answers that took longer than 29 s', 0, tally.late),
    equal('counted and not written', 0, ledger.ledger.waiting + ledger.ledger.lost),
    equal('error lines in the log, unhandled rejections included', 0, alarms.length),
    equal('connections that broke without reason', 0, tally.surprises.length),
    equal('exit code after SIGTERM', 0, exitCode),
    {
      good: growth <= mostGrowthPerHour,
      text: `memory after the first quarter: ${growth.toFixed(1)} MiB per hour (at most ${mostGrowthPerHour}), peak ${peak.toFixed(0)} MiB`,
    },
    {
      good: Math.max(...files) - Math.min(...files) <= 200,
      text: `open files after the first quarter: ${Math.min(...files)} to ${Math.max(...files)}`,
    },
  ];
  return {
    good: checks.every(({ good }) => good),
    lines: [
      `${tally.sent} requests in ${minutes.toFixed(1)} min, ${rotations} rotations of a client key by hot reload`,
      ...checks.map(({ good, text }) => `${good ? 'ok  ' : 'FAIL'} ${text}`),
      ...[...alarms.slice(0, 10), ...tally.surprises.slice(0, 10)].map((line) => `     ${line}`),
    ],
  };
};
