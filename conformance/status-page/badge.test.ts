import { describe, expect, it } from 'vitest';

import { targetBadge } from './badge.ts';
import { sampleCanary } from './testing/sample-canary.ts';

const { history, watched } = sampleCanary();

describe('targetBadge', () => {
  it.each([
    ['gateway-us', 'gateway-us: failing since 23 Nov 2026, 10:53 UTC', '#c62828'],
    ['staging', 'staging: degraded since 22 Nov 2026, 12:05 UTC', '#8a5a00'],
    ['gateway-eu', 'gateway-eu: healthy since 11 Nov 2026, 14:05 UTC', '#1a7f37'],
  ])('says how %s stands', async (name, about, colour) => {
    const badge = await targetBadge(history, watched, name);
    expect(/<title>(.*?)<\/title>/.exec(badge ?? '')?.[1]).toBe(about);
    expect(badge).toContain(`fill="${colour}"`);
  });

  it('is none for who is not watched', async () => {
    expect(await targetBadge(history, watched, 'nobody')).toBeUndefined();
  });
});
