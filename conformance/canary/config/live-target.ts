import type { Target } from '../../targets/target.ts';
import { withOwnUrl } from '../../targets/own-url.ts';
import { urlTarget } from '../../targets/url-target.ts';
import type { CanaryTarget } from './canary-plan.ts';

type Asked = Pick<CanaryTarget, 'name' | 'url' | 'key' | 'keyHeader' | 'profile' | 'ownUrl' | 'direct'>;

/** A configured target as the engine runs it. Nothing is sent. */
export const liveTargetOf = ({ name, url, key, keyHeader, profile, ownUrl, direct }: Asked): Target => {
  const at = urlTarget({ url, profile, ...(key !== undefined && { key }), ...(keyHeader !== undefined && { keyHeader }) });
  const named: Target = { ...at, name, ...(direct !== undefined && { direct }) };
  return ownUrl === undefined ? named : withOwnUrl(named, ownUrl);
};
