import { ProxyError } from '../errors.ts';
import type { Loss } from '../ir/loss.ts';
import type { ReplyHeaders } from './reply-headers.ts';

/** Bytes of the header `wireproof-losses`. Clients and intermediaries refuse heads that are larger than 8 to 16 KiB in all. */
const maxHeaderBytes = 2048;

const maxPathBytes = 200;

/** Losses that are told in one refusal; more would only make the answer as long as the request. */
const maxToldLosses = 200;

/** Paths may hold names that a client chose: what is not visible ASCII, and the comma that separates paths, is written as `_`. */
const safePath = ({ path }: Loss): string => path.replaceAll(/[^!-+\--~]/g, '_').slice(0, maxPathBytes) || '_';

const rest = (count: number): string => `and ${count} more`;

/** Distinct paths, joined by ", ". What does not fit is counted. */
const listed = (losses: readonly Loss[]): string => {
  const paths = [...new Set(losses.map(safePath))];
  const room = maxHeaderBytes - rest(paths.length).length - 2;
  let length = -2;
  const fitting = paths.filter((path) => (length += path.length + 2) <= room);
  return fitting.length === paths.length ? paths.join(', ') : [...fitting, rest(paths.length - fitting.length)].join(', ');
};

/** The header that tells the client what of its request, or of the answer, could not be carried. None when nothing is lost. */
export const lossesHeader = (losses: readonly Loss[]): ReplyHeaders => (losses.length === 0 ? {} : { 'wireproof-losses': listed(losses) });

/** For `losses: refuse`: names every path and why. */
export const lossesRefusal = (losses: readonly Loss[], dialect: string): ProxyError => {
  const told = losses.slice(0, maxToldLosses).map(({ path, why }) => `${path.slice(0, maxPathBytes)} (${why})`);
  const untold = losses.length > told.length ? [rest(losses.length - told.length)] : [];
  return new ProxyError('invalid-request', `The upstream's dialect ${dialect} cannot carry: ${[...told, ...untold].join('; ')}.`);
};
