import { spawnSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { lessCompiling } from './compile-less.ts';

describe('lessCompiling', () => {
  it('has a flag for the V8 of Node 20, and none for those that follow', () => {
    expect(['11.3.244.8-node.38', '12.4.254.21-node.33', '13.6.233.10-node.18', '110.1'].map(lessCompiling)).toEqual([
      '--interrupt-budget=1000000',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('names only what this Node knows: others say an error on every start', () => {
    const flag = lessCompiling(process.versions.v8);
    const script = `require('node:v8').setFlagsFromString(${JSON.stringify(flag ?? '--stack-size=900')}); console.log('went on')`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: {} });
    expect({ stdout, stderr }).toEqual({ stdout: 'went on\n', stderr: '' });
  });
});
