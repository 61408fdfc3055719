import { describe, expect, it } from 'vitest';

import { memoryIn } from './process-tree.ts';

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
