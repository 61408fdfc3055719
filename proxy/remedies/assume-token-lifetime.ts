import { defineRemedy } from './remedy.ts';

export default defineRemedy({
  id: 'assume-token-lifetime',
  matrixRow: 16,
  about:
    'A new token that has ended already by what its vendor says of it is taken to live for an hour; without, every request renews it once more.',
  renews: 'assume-a-lifetime',
});
