import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { isLoopback, type Address } from './address.ts';

/** Gives the addresses of a name, and rejects where there are none. */
export type LookUp = (host: string) => Promise<readonly string[]>;

const bySystem: LookUp = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

const longestLookUpMs = 5_000;

const within = async (found: Promise<readonly string[]>): Promise<readonly string[]> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), longestLookUpMs);
  });
  try {
    return await Promise.race([found, late]);
  } catch {
    // Whoever connects to it finds out, and says so better.
    return [];
  } finally {
    clearTimeout(timer);
  }
};

/** The target under its name, and under the addresses that this leads to: the kernel knows no names. */
export const targetAddresses = async (target: Address, lookUp: LookUp = bySystem): Promise<readonly Address[]> => {
  if (isIP(target.host) !== 0 || isLoopback(target.host)) return [target];
  const found = await within(lookUp(target.host));
  return [target, ...found.map((host) => ({ host, port: target.port }))];
};
