import type { Between } from '#scenarios/kit/grounds/between';

import { startCollector } from './between-collector.ts';
import { findNginx, startNginx } from './between-nginx.ts';
import { CannotPrepare } from './cannot-prepare.ts';
import type { Middlebox } from './middlebox.ts';

const ownOne = async (origin: string, between: Between, because: string): Promise<Middlebox> => {
  const middlebox = await startCollector(origin, between);
  return { ...middlebox, what: `${middlebox.what}: ${because}` };
};

const middleboxFor = async (origin: string, between: Between): Promise<Middlebox> => {
  if (between.endsBehind !== undefined) return ownOne(origin, between, 'nginx ends no answer in its middle');
  const nginx = await findNginx();
  if (nginx === undefined) return ownOne(origin, between, 'this machine has no nginx');
  try {
    return await startNginx(nginx, origin, between);
  } catch (error) {
    if (error instanceof CannotPrepare) return ownOne(origin, between, error.message);
    throw error;
  }
};

/**
 * Puts a reverse proxy in front of the address: nginx where the machine has it and it can do what is wanted, else one of our own.
 * @param url of the target, without a trailing slash; may have a path
 * @throws CannotPrepare when neither can be started
 */
export const placeBetween = async (url: string, between: Between): Promise<Middlebox> => {
  const { origin, pathname } = new URL(url);
  const middlebox = await middleboxFor(origin, between);
  return { ...middlebox, url: `${middlebox.url}${pathname.replace(/\/+$/, '')}` };
};
