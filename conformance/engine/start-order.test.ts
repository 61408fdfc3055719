import { describe, expect, it } from 'vitest';

import type { PlannedArm } from './plan.ts';
import { queuesOf } from './start-order.ts';

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

const queued = (...plan: readonly PlannedArm[]): readonly (readonly string[])[] => queuesOf(plan).map(ids);

describe('queuesOf', () => {
  it('tells apart arms that start a program, that wait out a bound or stand on ground of their own, and that only ask', () => {
    const plan = [
      arm('asks'),
      arm('asks for long', { timeouts: [60_000] }),
      arm('behind a hop', { ground: { between: { buffering: 'always' } } }),
      arm('starts', { timeouts: [60_000], kind: 'process' }),
      arm('starts on a disk', { kind: 'process', ground: { disk: { kind: 'writable' } } }),
      arm('speaks', { kind: 'websocket' }),
      arm('gives up', { timeouts: [1_000] }),
      arm('calls a client', { timeouts: [30_000], kind: 'client' }),
      arm('asks nothing', { timeouts: [] }),
    ];
    expect(queued(...plan)).toEqual([
      ['starts', 'starts on a disk', 'calls a client'],
      ['gives up', 'behind a hop'],
      ['asks', 'asks for long', 'speaks', 'asks nothing'],
    ]);
  });

  it('begins with the longest bound that is waited out, and keeps the order of the plan otherwise', () => {
    const behind = { between: { buffering: 'always' } };
    const plan = [
      arm('behind a hop', { ground: behind }),
      arm('second', { timeouts: [10_000, 1_000] }),
      arm('behind another', { ground: behind }),
      arm('first', { timeouts: [8_000] }),
    ];
    expect(queued(...plan)).toEqual([[], ['first', 'second', 'behind a hop', 'behind another'], []]);
  });
});
