import { defineRemedy } from './remedy.ts';

export default defineRemedy({
  id: 'try-quota-alone',
  matrixRow: 'rate-limits',
  about:
    'When the wait of a credential that was out of quota is over, one request finds out whether it is served again; others that come meanwhile go elsewhere or are told to come back, instead of all being refused together.',
  triesQuotaAlone: true,
});
