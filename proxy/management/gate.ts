import type { FastifyRequest } from 'fastify';

import type { ProxyConfig } from '../config/schema.ts';
import { ProxyError } from '../errors.ts';
import type { Bans } from '../personas/acting/ban.ts';
import type { Ban, ManagementPolicy } from '../personas/persona.ts';
import { addressGroup, isLoopback } from './addresses.ts';
import type { BackOff } from './back-off.ts';
import type { KeyVerifier } from './key-verifier.ts';

/**
 * Who may use the management API. In this order: switched off (404), not from this machine (403), too many wrong keys lately (429), no key
 * (401), wrong key (401).
 *
 * Against guessing: after five wrong keys from an address its next try has to wait, one second at first, then twice as long, sixty seconds
 * at most. Tries during the wait are not looked at, so the right key is refused, too: if it were not, the answer would tell a guesser that
 * he has it, and the wait would be none. They do not prolong the wait either, so that nobody can lock an operator out for good by
 * hammering from the same address: at worst the operator waits a minute. A request without a key is no guess and costs nothing; the page's
 * product bans the monitors that send one (sheet X2 e1).
 *
 * From the machine itself the right key always passes: the operator can always get in there. Whoever guesses from there already runs
 * programs on the machine that holds the file with the key. What is left against him is the key's own length (short ones are warned of at
 * start), that hashes are compared one at a time, and that wrong keys are still answered 429 with the growing wait.
 */
export interface GateParts {
  readonly config: () => ProxyConfig;
  readonly backOff: BackOff;
  readonly verifier: KeyVerifier;
  /** What guessing leads to in the persona, instead of the growing wait. */
  readonly guessing: () => ManagementPolicy['guessing'];
  readonly bans: Bans;
}

/** A request that something forwarded has another sender than its socket; that can only take rights away, never give any. */
const wasForwarded = ({ headers }: FastifyRequest): boolean =>
  headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined || headers['x-real-ip'] !== undefined;

const offeredKey = ({ headers }: FastifyRequest): string | undefined => {
  const named = headers['x-management-key'];
  if (typeof named === 'string' && named.trim() !== '') return named.trim();
  const bare = headers.authorization?.replace(/^bearer\s+/i, '').trim();
  return bare === '' ? undefined : bare;
};

const tooMany = (seconds: number): ProxyError =>
  new ProxyError('management-backs-off', `too many wrong management keys from this address; try again in ${seconds} s`, {
    retryAfterSeconds: seconds,
  });

const wrongKey = (): ProxyError => new ProxyError('management-key-invalid', 'invalid management key');

interface Caller {
  readonly request: FastifyRequest;
  readonly secret: string;
  readonly isLocal: boolean;
  readonly allowRemote: boolean;
}

/** As the builds do it: five failures and the address is out, whatever key it shows (sheets 1.8, X2). */
const admitUnlessBanned = async ({ bans, verifier }: GateParts, ban: Ban, caller: Caller): Promise<void> => {
  const { request, secret, isLocal, allowRemote } = caller;
  const address = request.raw.socket.remoteAddress ?? '';
  const counts = !isLocal || ban.local === 'counted';
  const refusal = counts ? bans.refusal(address, ban) : undefined;
  if (refusal !== undefined) throw new ProxyError('management-backs-off', refusal, { status: 403 });
  if (!isLocal && !allowRemote) throw new ProxyError('management-is-local', 'remote management disabled');
  const key = offeredKey(request);
  if (key === undefined) {
    if (counts && ban.keyless === 'counted') bans.failed(address);
    throw new ProxyError('management-key-missing', 'missing management key');
  }
  if (await verifier.fits(key, secret)) return bans.succeeded(address);
  if (counts) bans.failed(address);
  throw wrongKey();
};

/** @throws ProxyError `not-found` while the management API is switched off. */
export const refuseWhenOff = (config: ProxyConfig): void => {
  if (config['remote-management']['secret-key'] === '') throw new ProxyError('not-found', 'There is nothing here.');
};

/** @throws ProxyError when the request may not use the management API. */
export const admit = async (parts: GateParts, request: FastifyRequest): Promise<void> => {
  const { config, backOff, verifier } = parts;
  const { 'allow-remote': allowRemote, 'secret-key': secret } = config()['remote-management'];
  refuseWhenOff(config());
  const address = request.raw.socket.remoteAddress ?? '';
  const isLocal = isLoopback(address) && !wasForwarded(request);
  const ban = parts.guessing();
  if (ban !== 'back-off') return admitUnlessBanned(parts, ban, { request, secret, isLocal, allowRemote });
  if (!isLocal && !allowRemote) throw new ProxyError('management-is-local', 'remote management disabled');
  const key = offeredKey(request);
  if (key === undefined) throw new ProxyError('management-key-missing', 'missing management key');
  const group = addressGroup(address);
  const waitSeconds = backOff.waitSeconds(group);
  if (waitSeconds > 0 && !isLocal) throw tooMany(waitSeconds);
  if (await verifier.fits(key, secret)) {
    backOff.succeeded(group);
    return;
  }
  if (waitSeconds > 0) throw tooMany(waitSeconds);
  backOff.failed(group);
  throw wrongKey();
};
