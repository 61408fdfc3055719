import { describe, expect, it } from 'vitest';

import { memoryIn, ticksIn } from './process-tree.ts';

describe('memoryIn', () => {
  const status = 'Name:\tnode\nVmHWM:\t  204800 kB\nVmRSS:\t    1024 kB\nThreads:\t11\n';

  it('reads one line, in bytes', () => {
    expect(memoryIn(status, 'VmRSS')).toBe(1_048_576);
    expect(memoryIn(status, 'VmHWM')).toBe(209_715_200);
  });

  it('is nothing for a process that has ended', () => {
    expect(memoryIn('', 'VmRSS')).toBe(0);
  });
});

it('reads ticks of user and of kernel time behind any name', () => {
  expect(ticksIn('12 (a ) b) S 1 12 12 0 -1 4194560 900 0 3 0 70 30 0 0 20 0 11 0 5000')).toEqual({ user: 70, kernel: 30 });
});
