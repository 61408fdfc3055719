import { defineRemedy } from './remedy.ts';

export default defineRemedy({
  id: 'force-refresh-after-refusal',
  matrixRow: 16,
  about:
    'A token that an upstream refuses as dead is renewed at once, whatever its file says about its expiry; without, the same token is shown again until that time has come.',
  renews: 'renew-what-is-refused',
});
