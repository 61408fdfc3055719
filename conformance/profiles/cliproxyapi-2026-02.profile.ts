import type { ProfileData } from './profile.ts';
import reference from './reference.profile.ts';

/** What that build does not have at all (sheets 1.2, R6, R12, R13); where it does less than it should, it still claims it, to be judged. */
const lacking = ['gzip-requests', 'body-limits', 'in-process', 'key-scopes'];

const profile: ProfileData = {
  name: 'cliproxyapi-2026-02',
  about: 'CLIProxyAPI v6.8.25 and CLIProxyAPI++ of the page, under the model names of the reference configuration',
  claims: reference.claims.filter((claim) => !lacking.includes(claim)),
  models: reference.models,
};

export default profile;
