import { defineRemedy } from './remedy.ts';

export default defineRemedy({
  id: 'single-refresh-per-token',
  matrixRow: 16,
  about: 'Requests that need the same new token wait for one renewal; without, each shows the refresh token, which is good once only.',
  renews: 'one-renewal-at-a-time',
});
