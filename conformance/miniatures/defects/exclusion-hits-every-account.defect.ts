import { defineDefect, refuse, textOf } from '../defect.ts';

export default defineDefect({
  id: 'exclusion-hits-every-account',
  about: 'A model excluded for one account is gone for all',
  seenIn: 'sheet R8 (d): mixed pools need exclusions per account',
  front: async (message, passOn) =>
    `${message.path} ${textOf(message)}`.includes('pro/gpt-5.3-codex-spark') ? refuse(message, 404, 'model not found') : passOn(message),
});
