import { describe, expect, it } from 'vitest';

import type { Address } from './address.ts';
import type { InsideReport } from './inside-reports.ts';
import { looker, type Knowledge } from './look.ts';
import type { KernelConnection } from './processes.ts';
import type { Seen } from './seen.ts';

const vendor: Address = { host: '203.0.113.7', port: 443 };
const open = (connection: Partial<KernelConnection>): KernelConnection => ({
  pid: 7,
  inode: '1',
  to: vendor,
  fromPort: 40_000,
  ...connection,
});

/** What is told of these sockets when these reports have come, by whom. */
const toldOf = (outgoing: readonly KernelConnection[], reports: readonly InsideReport[], served: readonly number[] = []) => {
  const told: Omit<Seen, 'atMs'>[] = [];
  const known: Knowledge = {
    served: new Set(served),
    verdictOn: () => 'bypass',
    isOurs: () => false,
    isReadable: () => false,
    tell: (seen: Omit<Seen, 'atMs'>) => void told.push(seen),
  };
  const look = looker(known, () => reports, { alive: () => [7], sockets: () => ({ outgoing, served: new Set() }) });
  look();
  look();
  return told.filter(({ by }) => by === 'sockets').map(({ to, pid }) => `${pid} ${to}`);
};

const hello: InsideReport = { kind: 'hello', pid: 7 };

describe('a connection of a process', () => {
  it('is told of once, also when the process reports, but not this one', () => {
    expect(toldOf([open({})], [])).toEqual(['7 203.0.113.7:443']);
    const another: InsideReport = { kind: 'connection', pid: 7, host: '203.0.113.8', port: 443, refused: false };
    const ofAnother: InsideReport = { ...another, pid: 8, host: vendor.host };
    expect(toldOf([open({})], [hello, another, ofAnother])).toEqual(['7 203.0.113.7:443']);
  });

  it.each([
    ['by its address', '203.0.113.7', vendor],
    ['under another name of the loopback', 'localhost', { host: '127.0.0.1', port: 443 }],
    ['as one to this machine', '0.0.0.0', { host: '127.0.0.1', port: 443 }],
    ['in IPv6, written otherwise', '2001:DB8:0::1', { host: '2001:db8::1', port: 443 }],
    ['mapped into IPv6', '::ffff:203.0.113.7', vendor],
  ])('is left to the process that has told of it %s', (_, host, to) => {
    expect(toldOf([open({ to })], [hello, { kind: 'connection', pid: 7, host, port: 443, refused: false }])).toEqual([]);
  });

  it('is left to the process that has told of it by name, and what that led to', () => {
    const byName: InsideReport = { kind: 'connection', pid: 7, host: 'vendor.example', port: 443, refused: false };
    expect(toldOf([open({})], [hello, byName])).toEqual(['7 203.0.113.7:443']);
    expect(toldOf([open({})], [hello, byName, { kind: 'address', pid: 7, ...vendor }])).toEqual([]);
  });

  it('is none when others have opened it, also when the client listens no more', () => {
    expect(toldOf([open({ fromPort: 8_000 })], [hello], [8_000])).toEqual([]);
    expect(toldOf([open({ fromPort: 8_000 })], [hello, { kind: 'listening', pid: 7, port: 8_000 }])).toEqual([]);
  });
});
