import { defineRemedy } from './remedy.ts';

export default defineRemedy({
  id: 'count-usage-when-omitted',
  matrixRow: 11,
  about:
    'An answer of which the upstream tells no tokens is counted with an estimate of its texts, marked as one, instead of with zero. What the client is told stays as it was.',
  estimatesOmittedUsage: true,
});
