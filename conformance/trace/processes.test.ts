import { expect, it } from 'vitest';

import { rowsOf } from './processes.ts';

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
