import type { ErrorInfo } from '../ir/chat.ts';
import { isUsedUp } from '../routing/failure-class.ts';
import { hintMs } from '../routing/hints.ts';
import { defineRemedy } from './remedy.ts';
import type { Failure } from './remedy.ts';

/** Allowances are of a day or a month; what is bought meanwhile is noticed after so long. Longer would outlive it (row 19 (e) 4, 5). */
const restMs = 60_000;

/** Qwen's portal says it to clients that it does not recognise, too (row 19 (e) 1). */
const otherCause =
  'The portal says the same when it does not recognise the client: an account that has quota left is then refused by the same words, and waiting does not help.';

const explained = (error: ErrorInfo, { provider, bodyText }: Failure): ErrorInfo =>
  provider === 'qwen' && /free allocated quota exceeded/i.test(bodyText) ? { ...error, message: `${error.message} ${otherCause}` } : error;

/** A 403 would send people to look for a missing permission, and client libraries to give up on the key. */
const asQuota = (error: ErrorInfo): ErrorInfo => {
  const { type: _type, ...rest } = error;
  return error.status === 403 ? { ...rest, status: 429, code: 'insufficient_quota' } : error;
};

export default defineRemedy({
  id: 'used-up-quota',
  matrixRow: 19,
  about:
    'An allowance that is used up is told as 429 whatever status it came with, and with the other cause that it can have. It is not asked for in further rounds, and rests for a minute unless the upstream names a time.',
  isFinal: isUsedUp,
  cooldownMs: (failure) => (isUsedUp(failure) && hintMs(failure, failure.now) === undefined ? restMs : undefined),
  onError: (error, failure) => (isUsedUp(failure) ? explained(asQuota(error), failure) : error),
});
