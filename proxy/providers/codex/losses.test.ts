import { expect, it } from 'vitest';

import type { Operation } from '../provider.ts';
import provider from './index.ts';

const credential = { id: 'codex', provider: 'codex', baseUrl: 'http://127.0.0.1', secret: 'key', fields: {} };
const asked = { operation: 'generate' as Operation, model: 'm', stream: false, credential, attemptId: 'a', clientHeaders: {} };

const why = 'the Codex backend refuses it';
const lossesOf = (body: object, translated: boolean) => provider.prepare({ ...asked, body: JSON.stringify(body), translated }).losses;

it("names what it leaves out of a client's own request", () => {
  const body = { input: 'hi', max_output_tokens: 64, top_p: 1, user: null, service_tier: 'flex', store: true };
  expect(lossesOf(body, false)).toEqual([
    { path: 'max_output_tokens', why },
    { path: 'top_p', why },
    { path: 'service_tier', why },
    { path: 'store', why: 'the Codex backend keeps no answers' },
  ]);
});

it('names what it leaves out of a translated one as the neutral request does', () => {
  expect(lossesOf({ input: 'hi', max_output_tokens: 64, temperature: 1, top_p: 1 }, true)).toEqual([
    { path: 'maxOutputTokens', why },
    { path: 'temperature', why },
    { path: 'topP', why },
  ]);
});

it('loses nothing of what the backend takes', () => {
  expect(lossesOf({ input: 'hi', instructions: 'Be brief.', service_tier: 'priority', store: false, stream: false }, false)).toEqual([]);
});
