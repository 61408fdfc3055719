import { expect, it } from 'vitest';

import { within } from './within.ts';

it('gives what comes in time, and what went wrong with it', async () => {
  expect(await within(10_000, Promise.resolve(3), 'the end')).toBe(3);
  await expect(within(10_000, Promise.reject(new Error('gone')), 'the end')).rejects.toThrow('gone');
});

it('does not wait for ever', async () => {
  await expect(within(1, new Promise(() => undefined), 'the end')).rejects.toThrow('the end did not come within 1 ms');
});
