import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { clientProcesses, rowsOf } from './processes.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:207D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11111 1 0000000000000000 100 0 0 10 0
   1: 0A00020F:A2C4 6814127B:01BB 01 00000000:00000000 02:000000A7 00000000  1000        0 22222 2 0000000000000000 20 4 30 10 -1
`;
const table6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:207D 00000000000000000000000001000000:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 33333 1 0000000000000000 100 0 0 10 0
   1: 0000000000000000FFFF00000100007F:0050 B80D0120000000000000000001000000:01BB 02 00000000:00000000 00:00000000 00000000  1000        0 44444 1 0000000000000000 100 0 0 10 0
`;

it('reads the tables of the kernel', () => {
  expect(rowsOf(table)).toEqual([
    { inode: '11111', local: { host: '127.0.0.1', port: 8317 }, remote: { host: '0.0.0.0', port: 0 }, state: '0A' },
    { inode: '22222', local: { host: '15.2.0.10', port: 41_668 }, remote: { host: '123.18.20.104', port: 443 }, state: '01' },
  ]);
  expect(rowsOf(table6)).toEqual([
    { inode: '33333', local: { host: '::1', port: 8317 }, remote: { host: '::1', port: 40_000 }, state: '01' },
    { inode: '44444', local: { host: '127.0.0.1', port: 80 }, remote: { host: '2001:db8::1', port: 443 }, state: '02' },
  ]);
});

it('makes nothing of what is no table', () => {
  expect(rowsOf('')).toEqual([]);
  expect(rowsOf('head\nrubbish\n')).toEqual([]);
});

describe('the processes of a client', () => {
  const session = 900;
  const mark = 'wireproof-trace-abc';
  let proc: string;
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'wireproof-proc-'));
    write('self', {});
  });
  afterEach(() => {
    rmSync(proc, { recursive: true, force: true });
  });

  interface Made {
    readonly state?: string;
    readonly session?: number;
    readonly startedAt?: number;
    readonly environ?: string;
  }
  const write = (pid: number | 'self', { state = 'S', session: own = 1, startedAt = 100, environ = '' }: Made): void => {
    mkdirSync(join(proc, String(pid)), { recursive: true });
    const fields = [state, 1, pid, own, ...Array.from({ length: 15 }, () => 0), startedAt, 0];
    writeFileSync(join(proc, String(pid), 'stat'), `${pid} (a (b) c) ${fields.join(' ')}\n`);
    writeFileSync(join(proc, String(pid), 'environ'), environ);
  };
  const known = () => clientProcesses(session, mark, proc) as NonNullable<ReturnType<typeof clientProcesses>>;

  it('are those of its session, and those with its mark; not those that have ended', () => {
    write(901, { session });
    write(902, { environ: `A=b\0WIREPROOF_TRACE=/tmp/${mark}/seen\0` });
    write(903, { environ: 'A=b' });
    write(904, { session, state: 'Z' });
    expect(known().alive()).toEqual([901, 902]);
  });

  it('are not others that got the number of one that has ended', () => {
    const processes = known();
    write(902, { environ: mark });
    write(903, { environ: 'A=b' });
    expect(processes.alive()).toEqual([902]);
    write(902, { environ: 'A=b', startedAt: 200 });
    write(903, { environ: mark, startedAt: 200 });
    expect(processes.alive()).toEqual([903]);
  });

  it('hold connections: those that others have opened to a port that they serve are not their own', () => {
    const row = (index: number, local: string, state: string): string =>
      `   ${index}: 0100007F:${local} 0100007F:9C40 ${state} 0:0 0:0 0 0 0 ${1000 + index} 1 0\n`;
    write(901, { session });
    mkdirSync(join(proc, '901', 'net'));
    mkdirSync(join(proc, '901', 'fd'));
    const rows = [row(0, '207D', '0A'), row(1, '207D', '01'), row(2, 'A2C4', '01'), row(3, 'A2C5', '01')];
    writeFileSync(join(proc, '901', 'net', 'tcp'), `head\n${rows.join('')}`);
    for (const inode of [1000, 1001, 1002]) symlinkSync(`socket:[${inode}]`, join(proc, '901', 'fd', String(inode)));
    expect(known().sockets([901])).toEqual({
      served: new Set([8317]),
      outgoing: [{ pid: 901, inode: '1002', to: { host: '127.0.0.1', port: 40_000 }, fromPort: 41_668 }],
    });
  });

  it('cannot be told where there is no such place', () => {
    expect(clientProcesses(session, mark, join(proc, 'none'))).toBeUndefined();
  });
});
