import { answer, type UpstreamRequest } from '#fixtures/upstreams/script';
import { refusal } from '#scenarios/access/accounts';

import { defineState } from '../broken-state.ts';

/** Google decides by the model that is asked for; no live vendor reads what the scenario writes into its questions. */
const isNotLicensed = ({ surface, bodyBytes }: UpstreamRequest): boolean =>
  surface === 'antigravity' && bodyBytes.includes('"claude-opus-4-6-thinking"');

export default defineState({
  scenario: 'access/account-lacks-the-licence',
  vendor: answer('text').when(isNotLicensed, refusal('not-entitled')),
});
