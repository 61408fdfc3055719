import type { Plans } from '../provider.ts';

const free = ['gpt-5.4-mini', 'gpt-5.5', 'gpt-5.6-terra', 'gpt-5.6-luna', 'codex-auto-review'];
const team = [...free, 'gpt-5.3-codex', 'gpt-5.4', 'gpt-5.6-sol'];

/**
 * What ChatGPT subscriptions have (sheets R8 d, row 13 d), where these lists follow the troubleshooting page: Spark fails for plus and
 * team, and gpt-5.3-codex is what they fall back to. An auth file's own `models` go before all lists.
 */
export const plans: Plans = {
  models: { free, team, plus: team, pro: [...team, 'gpt-5.3-codex-spark'] },
  sameAs: { business: 'team', go: 'team' },
  smallest: 'free',
  largest: 'pro',
};
