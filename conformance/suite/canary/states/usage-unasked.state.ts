import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'usage/usage-is-lost-on-the-way',
  unnamed: {
    documented:
      'it estimates what the upstream was not asked for, and every caller who asks is told; its GET /v1/metrics/providers counts it under estimated_requests, which triage reads',
    'cliproxyapi-2026-08':
      'who asks for the count is told it, and that build keeps no statistics (sheet 1.7): compare the vendor’s bill with GET /v0/management/usage-queue, which takes the management key',
  },
});
