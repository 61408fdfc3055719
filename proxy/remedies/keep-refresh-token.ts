import { defineRemedy } from './remedy.ts';

export default defineRemedy({
  id: 'keep-refresh-token',
  matrixRow: 16,
  about:
    'A refresh token, or the ARN of a profile, that the answer to a renewal leaves out stays as it was; without, the account loses it and cannot renew again.',
  renews: 'keep-what-is-left-out',
});
