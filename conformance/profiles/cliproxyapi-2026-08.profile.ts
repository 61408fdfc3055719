import type { ProfileData } from './profile.ts';
import reference from './reference.profile.ts';

/** What that build does not have at all (sheets 1.2, 1.7, R9, R10); where it does less than it should, it still claims it, to be judged. */
const lacking = [
  'gzip-requests',
  'body-limits',
  'in-process',
  'key-scopes',
  'provider-metrics',
  'signed-iflow',
  'upstream:iflow',
  'qwen-portal',
  'default-aliases',
];

/** iFlow and Qwen have gone, and the names of their models with them. */
const isGone = (name: string): boolean => /glm|kimi|minimax|deepseek|qwen/.test(name);

const profile: ProfileData = {
  name: 'cliproxyapi-2026-08',
  about: 'CLIProxyAPI v7.2.140, under the model names of the reference configuration',
  claims: reference.claims.filter((claim) => !lacking.includes(claim)),
  models: Object.fromEntries(Object.entries(reference.models).filter(([key, name]) => !key.startsWith('iflow') && !isGone(name))),
};

export default profile;
