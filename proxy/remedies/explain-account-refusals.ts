import { accountRefusalOf } from '../routing/account-refusal.ts';
import type { AccountRefusal } from '../routing/account-refusal.ts';
import { defineRemedy } from './remedy.ts';

const explained: Readonly<Record<AccountRefusal['kind'], string>> = {
  licence: 'it lacks a licence or subscription for this',
  verification: 'a person has to verify it',
  suspended: 'it is suspended, and asking again will not help',
  ineligible: 'it is not eligible for the service',
  'dead-token': 'its token has expired or was revoked',
  'dead-key': 'its API key is not valid',
  unsaid: 'the upstream does not say why; licence, region and client are what it may be about',
};

const address = (refusal: AccountRefusal): string =>
  refusal.kind === 'verification' && refusal.url !== undefined ? ` at ${refusal.url}` : '';

export default defineRemedy({
  id: 'explain-account-refusals',
  matrixRow: 2,
  about: "A refusal of the proxy's own account is told as that, with what has to be done, and not like one of the caller's key or request.",
  onError: (error, failure) => {
    const refusal = accountRefusalOf(failure);
    if (refusal === undefined) return error;
    const why = `${explained[refusal.kind]}${address(refusal)}`;
    return {
      ...error,
      message: `The upstream ${failure.credential.provider} refused the proxy's own account: ${why}. It said: ${error.message}`,
    };
  },
});
