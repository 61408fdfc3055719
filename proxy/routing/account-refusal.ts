import { isChallenge, saysKeyIsDead, saysQuota, saysTokenIsDead } from './failure-class.ts';
import type { Classified } from './failure-class.ts';
import { refusesModel } from './model-support.ts';
import { readRefusal } from './refusal-body.ts';
import type { RefusalBody } from './refusal-body.ts';

/**
 * Why an upstream refuses the proxy's own account, as far as it says (sheet R2): what has to be done about it differs, the status does not.
 * `unsaid`: licence, region or client; nobody outside can tell.
 */
export type AccountRefusal =
  | { readonly kind: 'licence' | 'suspended' | 'ineligible' | 'dead-token' | 'dead-key' | 'unsaid' }
  | { readonly kind: 'verification'; readonly url?: string };

const longestUrl = 2_000;

/** Only what a browser opens without running anything. */
const webAddress = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= longestUrl && /^https:\/\/[^\s"<>\\]+$/.test(value) ? value : undefined;

const verification = ({ field }: RefusalBody): AccountRefusal => {
  const url = webAddress(field('validation_url'));
  return { kind: 'verification', ...(url !== undefined && { url }) };
};

const ofForbidden = (body: RefusalBody): AccountRefusal | undefined => {
  const { words } = body;
  const message = body.message.slice(0, 4_096);
  if (words.has('validation_required') || /\bverify your account\b/i.test(message)) return verification(body);
  if (saysTokenIsDead(body)) return { kind: 'dead-token' };
  if (/\bterms of service\b|\bsuspended\b|\bbanned\b/i.test(message)) return { kind: 'suspended' };
  if (/\bnot eligible\b/i.test(message)) return { kind: 'ineligible' };
  if (words.has('subscription_required') || /\blicen[sc]e\b|\bsubscription\b/i.test(message)) return { kind: 'licence' };
  // A page without such words is a firewall's as well as anybody's.
  return body.isJson ? { kind: 'unsaid' } : undefined;
};

/** `undefined` for a refusal that is not about the account: of the model, of the quota, of the request, or the edge's own. */
export const accountRefusalOf = (refusal: Classified): AccountRefusal | undefined => {
  const { status } = refusal;
  if ((status !== 400 && status !== 403) || isChallenge(refusal)) return undefined;
  const body = readRefusal(refusal.bodyText);
  if (saysKeyIsDead(body)) return { kind: 'dead-key' };
  return status === 400 || saysQuota(body) || refusesModel(refusal) ? undefined : ofForbidden(body);
};

/** The short code under which a vendor files a 403, where it has one: Google's `SUBSCRIPTION_REQUIRED` beside its `PERMISSION_DENIED`. */
export const reasonIn = ({ status, bodyText }: Pick<Classified, 'status' | 'bodyText'>): string | undefined => {
  const reason = status === 403 ? readRefusal(bodyText).field('reason') : undefined;
  return typeof reason === 'string' ? reason : undefined;
};
