import { isEventStreamType } from '#fixtures/event-stream-type';
import type { Cell, ClientDialect } from '#scenarios/kit/cell';
import type { CallerSight, FullSight } from '#scenarios/kit/sight';

import type { ResultRecord } from './records.ts';

/** What one answer says about a claim of the profile. */
export interface ClaimSign {
  readonly claim: string;
  readonly holds: boolean;
  /** What was seen, for people. */
  readonly because: string;
}

/** A claim that every answer of the run which says something about it speaks against. */
export interface ContradictedClaim {
  readonly claim: string;
  readonly because: string;
  /** How many results show it. */
  readonly results: number;
}

const questionPath: Readonly<Record<ClientDialect, RegExp>> = {
  'openai-chat': /^\/v1\/chat\/completions$/,
  'openai-responses': /^\/v1\/responses$/,
  'anthropic-messages': /^\/v1\/messages$/,
  'gemini-generate': /^\/v1(?:beta)?\/models\/[^/]+:(?:stream)?[gG]enerateContent$/,
};

const isOf = (sight: CallerSight, method: string, path: RegExp): boolean =>
  sight.probe.method === method && path.test(sight.probe.path.split('?', 1)[0] ?? '');

/** Says that there is no such endpoint. A model that does not exist is refused with the same status; then the body speaks of it. */
export const hasNoEndpoint = ({ status, bodyText }: Pick<CallerSight, 'status' | 'bodyText'>): boolean =>
  status === 405 || ((status === 404 || status === 501) && !/model/i.test(bodyText));

const asked = ({ probe, status }: CallerSight): string => `${probe.method} ${probe.path} → ${status}`;

type Watch = (sight: FullSight, cell: Cell) => ClaimSign | undefined;

/** The endpoint that a claim is about answers, or is not there. An upstream that was asked may have given that status itself. */
const endpoint =
  (claim: string, method: string, path: RegExp): Watch =>
  (sight) => {
    if (!isOf(sight, method, path) || sight.status === 0) return undefined;
    const absent = hasNoEndpoint(sight) && sight.upstreamCalls.length === 0;
    return { claim, holds: !absent, because: asked(sight) };
  };

const clientDialect: Watch = (sight, cell) => endpoint(`client:${cell.client}`, 'POST', questionPath[cell.client])(sight, cell);

const showsNoKey = ({ probe: { credential } }: CallerSight): boolean => credential !== undefined && Object.keys(credential).length === 0;

/** Health and the like may be open to everybody. */
const isForClients = ({ probe: { path } }: CallerSight): boolean => /^\/v1(?:beta)?\/(?!metrics)/.test(path);

const clientKeys: Watch = (sight) => {
  if (!showsNoKey(sight) || !isForClients(sight) || sight.status === 0) return undefined;
  return { claim: 'client-keys', holds: sight.status >= 300, because: `${asked(sight)} without a key` };
};

const streams: Watch = (sight) => {
  if (!sight.probe.stream || sight.status !== 200) return undefined;
  const type = sight.headers['content-type'] ?? '(no content type)';
  return { claim: 'stream', holds: isEventStreamType(type), because: `a stream was asked for, ${type.slice(0, 100)} came` };
};

const gzipRequests: Watch = (sight) => {
  if (sight.probe.encoding !== 'gzip' || sight.status === 0) return undefined;
  return { claim: 'gzip-requests', holds: sight.status !== 415, because: `${asked(sight)} for a gzip body` };
};

const watches: readonly Watch[] = [
  clientDialect,
  clientKeys,
  streams,
  gzipRequests,
  endpoint('compact', 'POST', /^\/v1\/responses\/compact$/),
  endpoint('model-registry', 'GET', /^\/v1\/models$/),
  endpoint('provider-metrics', 'GET', /^\/v1\/metrics\/providers$/),
];

/** What the answers of one arm say about claims. Pure. */
export const claimSigns = (sights: readonly FullSight[], cell: Cell): readonly ClaimSign[] =>
  sights.flatMap((sight) => watches.flatMap((watch) => watch(sight, cell) ?? []));

/** A judged arm, and what it says about claims. */
export interface Witness {
  readonly record: Pick<ResultRecord, 'knownFailure'>;
  readonly signs?: readonly ClaimSign[];
}

/**
 * The claims of a profile that the target contradicts: at least one answer speaks against it and none for it. `unexpected` when one of
 * them was seen in a result that no baseline entry covers.
 */
export const contradictions = (
  claims: ReadonlySet<string>,
  witnesses: readonly Witness[],
): { readonly claims: readonly ContradictedClaim[]; readonly unexpected: boolean } => {
  const signs = witnesses.flatMap(({ signs: all = [] }) => all);
  const against = [...claims].filter((claim) => {
    const about = signs.filter((sign) => sign.claim === claim);
    return about.length > 0 && !about.some(({ holds }) => holds);
  });
  const shows = (claim: string) => (witness: Witness) => witness.signs?.some((sign) => sign.claim === claim) === true;
  return {
    claims: against.map((claim) => ({
      claim,
      because: signs.find((sign) => sign.claim === claim)?.because ?? '',
      results: witnesses.filter(shows(claim)).length,
    })),
    unexpected: against.some((claim) => witnesses.filter(shows(claim)).some(({ record }) => record.knownFailure === undefined)),
  };
};
