import type { UpstreamRequest } from '#fixtures/upstreams/script';
import { answer, replay } from '#scenarios/kit/index';

import { sentAmount, sentModel } from './sent-amount.ts';

/** Upstreams that think as long as they are told, and refuse what their model does not have (sheet row 12). */

const isGoogle = ({ surface }: UpstreamRequest): boolean => surface === 'gemini-generate' || surface === 'antigravity';

/** Levels by model, as Google documents them; a 2.5 model, and a Claude model behind Google's API, have budgets only. */
const googleLevels: readonly (readonly [models: RegExp, levels: readonly string[]])[] = [
  [/^gemini-3-pro/, ['low', 'high']],
  [/^gemini-3-flash/, ['minimal', 'low', 'medium', 'high']],
];

const hasLevel = (request: UpstreamRequest, level: string): boolean =>
  googleLevels.find(([models]) => models.test(sentModel(request)))?.[1].includes(level) === true;

const asksTwice = (request: UpstreamRequest): boolean => {
  const { level, budget } = sentAmount(request);
  return isGoogle(request) && level !== undefined && budget !== undefined;
};

const forbidsThinking = (request: UpstreamRequest): boolean =>
  isGoogle(request) && sentAmount(request).budget === 0 && /^gemini-(?:2\.5-pro|3)/.test(sentModel(request));

const asksForNoLevelOfGoogle = (request: UpstreamRequest): boolean => {
  const { level } = sentAmount(request);
  return isGoogle(request) && level !== undefined && !hasLevel(request, level);
};

const codexLevels: readonly (string | undefined)[] = [undefined, 'low', 'medium', 'high', 'xhigh'];
const otherLevels: readonly (string | undefined)[] = ['none', 'minimal', 'max'];

const asksForNoLevelOfCodex = (request: UpstreamRequest): boolean =>
  request.surface === 'codex' && !codexLevels.includes(sentAmount(request).level);

const asksForMuch = (request: UpstreamRequest): boolean => {
  const { level = '', budget = 0 } = sentAmount(request);
  return budget > 8192 || ['high', 'xhigh', 'max'].includes(level);
};

const byGoogle = (slug: string) => replay(({ surface }) => ({ exchange: `${surface}/${slug}` }));

/** Anthropic does not tell how much of an answer was thought, so its answers are all alike. */
export const thinkingVendors = answer('thinks-briefly')
  .when(asksTwice, byGoogle('thinking-asked-twice'))
  .when(forbidsThinking, byGoogle('thinking-cannot-be-off'))
  .when(asksForNoLevelOfGoogle, byGoogle('thinking-level-not-supported'))
  .when((request) => asksForNoLevelOfCodex(request) && otherLevels.includes(sentAmount(request).level), 'codex/effort-not-supported')
  .when(asksForNoLevelOfCodex, 'codex/effort-unknown')
  .when(({ surface }) => surface === 'anthropic-messages', answer('text'))
  .when(asksForMuch, answer('thinks-at-length'));
