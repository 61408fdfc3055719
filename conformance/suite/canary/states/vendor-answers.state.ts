import { defineState } from '../broken-state.ts';

export default defineState({ scenario: 'client-traffic/requests-are-forwarded' });
