import { describe, expect, it } from 'vitest';

import type { PlannedArm } from './plan.ts';
import { idleAndBusy } from './start-order.ts';

interface Given {
  readonly timeouts?: readonly number[];
  readonly kind?: string;
  readonly ground?: object;
}

const arm = (id: string, { timeouts = [10_000], kind, ground }: Given = {}): PlannedArm =>
  ({
    scenario: { id },
    setting: { ...(ground !== undefined && { ground }) },
    steps: Object.fromEntries(timeouts.map((timeoutMs, index) => [index, { timeoutMs, ...(kind !== undefined && { action: { kind } }) }])),
  }) as unknown as PlannedArm;

const ids = (arms: readonly PlannedArm[]): readonly string[] => arms.map(({ scenario }) => scenario.id);

const sorted = (...plan: readonly PlannedArm[]): Record<string, readonly string[]> => {
  const { idle, busy } = idleAndBusy(plan);
  return { idle: ids(idle), busy: ids(busy) };
};

describe('idleAndBusy', () => {
  it('takes arms for idle that wait out a bound, for a program, or on ground of their own', () => {
    const plan = [
      arm('asks'),
      arm('asks for long', { timeouts: [60_000] }),
      arm('behind a hop', { ground: { between: { buffering: 'always' } } }),
      arm('starts', { timeouts: [60_000], kind: 'process' }),
      arm('speaks', { kind: 'websocket' }),
      arm('calls a client', { timeouts: [30_000], kind: 'client' }),
      arm('asks nothing', { timeouts: [] }),
    ];
    expect(sorted(...plan)).toEqual({
      idle: ['behind a hop', 'starts', 'calls a client'],
      busy: ['asks', 'asks for long', 'speaks', 'asks nothing'],
    });
  });

  it('begins with the longest bound that is waited out, and keeps the order of the plan otherwise', () => {
    const plan = [
      arm('starts', { kind: 'process' }),
      arm('second', { timeouts: [10_000, 1_000] }),
      arm('starts too', { kind: 'process' }),
      arm('first', { timeouts: [8_000] }),
    ];
    expect(sorted(...plan)).toEqual({ idle: ['first', 'second', 'starts', 'starts too'], busy: [] });
  });
});
