import type { RoutingPolicy } from '../personas/persona.ts';
import { refusesModel } from './model-support.ts';
import type { Refusal } from './model-support.ts';
import { readRefusal } from './refusal-body.ts';
import type { RefusalBody } from './refusal-body.ts';

/**
 * What a refusal is about, which decides what follows (sheets 1.6, S4, S5):
 * - `model-refused`: this credential does not get this model; another may.
 * - `request-fault`: the request itself; nobody else would say anything different.
 * - `unauthorized`: the key or token is dead; renewing it may help.
 * - `forbidden`: the account may not, or has to pay.
 * - `quota`: later.
 * - `unavailable`: the upstream, not the account.
 * - `other`: a client error that says none of these.
 */
export type FailureClass = 'model-refused' | 'request-fault' | 'unauthorized' | 'forbidden' | 'quota' | 'unavailable' | 'other';

export interface Classified extends Refusal {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const faultStatuses: readonly number[] = [400, 409, 413, 422];

/** Codes and types of an invalid request, whatever the status (S5). */
const faultWords: readonly string[] = [
  'invalid_request_error',
  'context_length_exceeded',
  'message_too_big',
  'string_above_max_length',
  'invalid_prompt',
  'invalid_value',
  'unsupported_value',
  'previous_response_not_found',
  'cyber_policy',
  'invalid_request',
  'bad_request_error',
];

const quotaWords: readonly string[] = [
  'insufficient_quota',
  'quota_exceeded',
  'rate_limit_exceeded',
  'throttling.allocationquota',
  'allocationquota.freetieronly',
];

const deadTokenWords: readonly string[] = ['bad-credentials', 'invalid_token', 'token_expired'];

const hasAny = ({ words }: RefusalBody, known: readonly string[]): boolean => known.some((word) => words.has(word));

/** Cloudflare asks for a browser: the network is in disfavour for a while, and no key would change that. */
export const isChallenge = ({ status, headers, bodyText }: Pick<Classified, 'status' | 'headers' | 'bodyText'>): boolean =>
  status >= 400 &&
  (headers['cf-mitigated'] === 'challenge' ||
    /<title>Just a moment\.{3}<\/title>|\/cdn-cgi\/challenge-platform\/|cf-chl-/i.test(bodyText.slice(0, 65_536)));

/** A Gemini key that is wrong is a 400 (`API_KEY_INVALID`), a refresh that is over for good `invalid_grant`. */
export const saysKeyIsDead = (body: RefusalBody): boolean =>
  hasAny(body, ['api_key_invalid', 'invalid_grant']) || /\bAPI key not valid\b/i.test(body.message);

/** Kiro says so with a 403: "The bearer token included in the request is invalid." */
export const saysTokenIsDead = (body: RefusalBody): boolean =>
  hasAny(body, deadTokenWords) ||
  /\btoken\b[^.]{0,80}\b(?:is|was|has)\s+(?:been\s+)?(?:invalid|expired|revoked)\b|\b(?:invalid|expired|revoked) (?:bearer |access |security |auth )?token\b/i.test(
    body.message.slice(0, 4_096),
  );

/** The free allowance of Qwen and its like comes as 403 too (row 19). */
export const saysQuota = (body: RefusalBody): boolean =>
  hasAny(body, quotaWords) || /insufficient_quota|quota exceeded|free allocated quota exceeded/i.test(body.message.slice(0, 4_096));

const usedUpWords: readonly string[] = [
  'insufficient_quota',
  'quota_exceeded',
  'quota_exhausted',
  'usage_limit_reached',
  'throttling.allocationquota',
  'allocationquota.freetieronly',
];

/**
 * Whether an allowance is used up, which a few seconds do not mend: not a rate, which they do. Google says both with one status and one
 * code; there the id of the quota tells.
 */
export const isUsedUp = ({ status, bodyText }: Pick<Classified, 'status' | 'bodyText'>): boolean => {
  if (status !== 429 && status !== 403) return false;
  const body = readRefusal(bodyText);
  return (
    hasAny(body, usedUpWords) ||
    /\bfree allocated quota exceeded\b/i.test(body.message.slice(0, 4_096)) ||
    /"quotaId"\s*:\s*"[^"]{0,200}PerDay/.test(bodyText.slice(0, 16_384))
  );
};

const isDeadKeyBody = (body: RefusalBody): boolean => hasAny(body, faultWords) && !body.words.has('authentication_error');

type ClassPolicy = Pick<RoutingPolicy, 'deadKeyBody' | 'challengeMs' | 'faultsByBody'>;

const of4xx = (status: number, body: RefusalBody, policy: ClassPolicy): FailureClass | undefined => {
  if (status === 401) return policy.deadKeyBody === 'request' && isDeadKeyBody(body) ? 'request-fault' : 'unauthorized';
  if (status === 402) return 'forbidden';
  if (status === 429) return 'quota';
  if (status === 400 && saysKeyIsDead(body)) return 'unauthorized';
  if (status === 403 && saysQuota(body)) return 'quota';
  if (status === 403 && saysTokenIsDead(body)) return 'unauthorized';
  return undefined;
};

/** Sorts a refusal. Text decides before the status where vendors use one status for several things. */
export const classOf = (refusal: Classified, policy: ClassPolicy): FailureClass => {
  const { status } = refusal;
  const body = readRefusal(refusal.bodyText);
  if (policy.challengeMs > 0 && isChallenge(refusal)) return 'quota';
  const known = of4xx(status, body, policy);
  if (known !== undefined) return known;
  if (status === 404 && policy.faultsByBody === 'before-model' && hasAny(body, faultWords)) return 'request-fault';
  if (refusesModel(refusal)) return 'model-refused';
  if (faultStatuses.includes(status) || (policy.faultsByBody !== 'never' && hasAny(body, faultWords))) return 'request-fault';
  if (status === 403) return 'forbidden';
  return status === 408 || status >= 500 || status < 400 ? 'unavailable' : 'other';
};

/** Whether another credential may do better. */
export const mayRotate = (failure: FailureClass): boolean => failure !== 'request-fault' && failure !== 'other';
