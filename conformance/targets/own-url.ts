import { ToolError } from '../errors.ts';
import type { Target } from './target.ts';
import { checkedUrl } from './url-target.ts';

/**
 * The target with its address behind the reverse proxies that callers go through. What stands there is then judged itself: nothing of ours
 * is put before it, and steps that go round it show which hop it is.
 * @throws ToolError `usage` for what is no URL, and for a target that we start: before that there is nothing
 */
export const withOwnUrl = (target: Target, url: string): Target => {
  if (target.url === undefined) {
    throw new ToolError(
      'usage',
      `--own-url goes with a target at a URL; before ${target.name} stands nothing but what a scenario puts there`,
      {
        hint: 'use it with --target https://…, the address that callers use',
      },
    );
  }
  const variable = 'WIREPROOF_KEY, which is shown at both addresses';
  const ownUrl = checkedUrl(url, { what: 'the URL of --own-url', variable });
  return { ...target, ownUrl, start: async (...about) => ({ ...(await target.start(...about)), ownUrl }) };
};
