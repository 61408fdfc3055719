import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'availability/client-is-not-recognised',
  // The portal alone; its upstream's dialect is Chat, as others' is.
  concerns: ({ headers }) => (headers['authorization'] ?? '').includes('wireproof-qwen'),
  absent: { 'cliproxyapi-2026-08': 'it has no Qwen, whose portal it is (sheet R19)' },
});
