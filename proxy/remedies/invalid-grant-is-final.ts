import { defineRemedy } from './remedy.ts';

export default defineRemedy({
  id: 'invalid-grant-is-final',
  matrixRow: 16,
  about:
    'A refresh token that its vendor has refused is not shown again: the account waits for a new log-in and says so. Without, it is tried again and again.',
  renews: 'refusals-are-final',
});
