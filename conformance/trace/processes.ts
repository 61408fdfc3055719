import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

import type { Address } from './address.ts';

/** A TCP connection of a process, as the kernel has it. */
export interface KernelConnection {
  /** Of a process that holds it; those that it forks may hold it too. */
  readonly pid: number;
  /** What tells it from every other one. */
  readonly inode: string;
  readonly to: Address;
  /** Its port on this machine. */
  readonly fromPort: number;
}

const orNothing = <Value>(read: () => Value): Value | undefined => {
  try {
    return read();
  } catch {
    return undefined; // the process has ended, or is somebody else's
  }
};

interface Stat {
  readonly state: string;
  readonly session: number;
  /** Ticks of the clock: with the number of a process, which is given again, it names one process for ever. */
  readonly startedAt: string;
}

/** What the kernel says of a process, behind a name in brackets that may hold anything. */
const statOf = (proc: string, pid: number): Stat | undefined => {
  const text = orNothing(() => readFileSync(`${proc}/${pid}/stat`, 'latin1'));
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', session: Number(fields[3]), startedAt: fields[19] ?? '' };
};

/** Bytes of an address in /proc/net/tcp, which has each group of four the wrong way round on the machines that there are. */
const hostOf = (hex: string): string => {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  if (/^0{20}f{4}/i.test(bytes.join('')))
    return bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  const groups = Array.from({ length: 8 }, (_, index) => `${bytes[2 * index] ?? ''}${bytes[2 * index + 1] ?? ''}`);
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
};

const established = '01';
const connecting = '02';
const listens = '0A';

interface Row {
  readonly inode: string;
  readonly local: Address;
  readonly remote: Address;
  readonly state: string;
}

const readEnd = (text: string): Address => {
  const [host = '', port = ''] = text.split(':');
  return { host: hostOf(host), port: Number.parseInt(port, 16) };
};

/** The rows of a table like /proc/net/tcp. */
export const rowsOf = (table: string): readonly Row[] =>
  table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
      if (local === undefined || remote === undefined || state === undefined || inode === undefined) return [];
      return [{ inode, local: readEnd(local), remote: readEnd(remote), state }];
    });

const tableOf = (proc: string, pid: number): readonly Row[] =>
  ['tcp', 'tcp6'].flatMap((name) => rowsOf(orNothing(() => readFileSync(`${proc}/${pid}/net/${name}`, 'latin1')) ?? ''));

const socketsOf = (proc: string, pid: number): ReadonlySet<string> =>
  new Set(
    (orNothing(() => readdirSync(`${proc}/${pid}/fd`)) ?? []).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(orNothing(() => readlinkSync(`${proc}/${pid}/fd/${fd}`)) ?? '') ?? [];
      return inode === undefined ? [] : [inode];
    }),
  );

/** What processes hold open, as the kernel has it. */
export interface KernelSockets {
  /** Those that were opened from here, not those that others opened to us. */
  readonly outgoing: readonly KernelConnection[];
  /** Ports on which the processes listen. */
  readonly served: ReadonlySet<number>;
}

const held = (proc: string, pid: number): readonly (Row & { readonly pid: number })[] => {
  const sockets = socketsOf(proc, pid);
  return sockets.size === 0 ? [] : tableOf(proc, pid).flatMap((row) => (sockets.has(row.inode) ? [{ ...row, pid }] : []));
};

const socketsIn = (proc: string, pids: readonly number[]): KernelSockets => {
  const rows = pids.flatMap((pid) => held(proc, pid));
  const served = new Set(rows.filter(({ state }) => state === listens).map(({ local }) => local.port));
  const open = rows.filter(({ state, local }) => (state === established || state === connecting) && !served.has(local.port));
  return { served, outgoing: open.map(({ pid, inode, local, remote }) => ({ pid, inode, to: remote, fromPort: local.port })) };
};

/** The processes that a client consists of: they share its session, or have its mark in their environment wherever they went. */
export interface ClientProcesses {
  readonly alive: () => readonly number[];
  readonly sockets: (pids: readonly number[]) => KernelSockets;
}

/**
 * @param session of the client's first process
 * @param mark text that only this client's environment holds
 * @param proc where the kernel tells of processes
 * @returns undefined where there is no such place
 */
export const clientProcesses = (session: number, mark: string, proc = '/proc'): ClientProcesses | undefined => {
  if (orNothing(() => readFileSync(`${proc}/self/stat`)) === undefined) return undefined;
  const marked = new Map<string, boolean>();
  const isMarked = (pid: number, { startedAt }: Stat): boolean => {
    const key = `${pid} ${startedAt}`;
    const known = marked.get(key);
    if (known !== undefined) return known;
    const environment = orNothing(() => readFileSync(`${proc}/${pid}/environ`, 'latin1'));
    const found = environment?.includes(mark) === true;
    marked.set(key, found);
    return found;
  };
  const all = (): readonly number[] => (orNothing(() => readdirSync(proc)) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
  const isClients = (pid: number): boolean => {
    const stat = statOf(proc, pid);
    return stat !== undefined && stat.state !== 'Z' && (stat.session === session || isMarked(pid, stat));
  };
  return {
    alive: () => all().filter((pid) => pid !== process.pid && isClients(pid)),
    sockets: (pids) => socketsIn(proc, pids),
  };
};
