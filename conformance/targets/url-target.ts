import { ToolError } from '../errors.ts';
import { credentialHeader } from './credential-header.ts';
import type { Profile, Target } from './target.ts';

export interface UrlTargetOptions {
  readonly url: string;
  readonly profile: Profile;
  /** The client's key; from an environment variable or a file, never from argv. Absent: the target asks for none. */
  readonly key?: string;
  /** Header for the key; the dialect's own by default. */
  readonly keyHeader?: string;
}

const ofTarget = { what: "a target's URL", variable: 'the environment variable WIREPROOF_KEY' };

/**
 * Origin and mount of an http or https URL, without a trailing slash.
 * @param what the URL is, for messages, with the variable that its key belongs into
 * @throws ToolError `usage`
 */
export const checkedUrl = (text: string, { what, variable }: { readonly what: string; readonly variable: string } = ofTarget): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ToolError('usage', `not an http or https URL: ${text}`, { hint: 'for example http://127.0.0.1:8317' });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ToolError('usage', `${what} holds no credentials, no query and no fragment`, {
      hint: `put the key into ${variable}`,
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
};

/** A proxy that runs already. Nothing is started or stopped; its configuration is its own. */
export const urlTarget = ({ url, profile, key, keyHeader }: UrlTargetOptions): Target => {
  const base = checkedUrl(url);
  return {
    name: new URL(base).host,
    profile,
    url: base,
    configurable: false,
    grounds: new Set(['between']),
    start: () =>
      Promise.resolve({
        url: base,
        ...(key !== undefined && { clientKey: key }),
        headers: (cell) => (key === undefined ? {} : credentialHeader(cell.client, key, keyHeader)),
        path: (_cell, path) => path,
        logs: () => Promise.resolve(undefined),
        stop: () => Promise.resolve(),
      }),
  };
};
