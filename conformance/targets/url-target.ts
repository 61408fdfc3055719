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

/** What it was meant to be; the rest of the text may hold a key. */
const schemeIn = (text: string): string => {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
  return scheme === undefined ? 'it begins with no scheme' : `it begins with ${scheme}://`;
};

/**
 * Origin and mount of an http or https URL, without a trailing slash.
 * @param what the URL is, for messages, with the variable that its key belongs into
 * @throws ToolError `usage`
 */
export const checkedUrl = (text: string, { what, variable }: { readonly what: string; readonly variable: string } = ofTarget): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ToolError('usage', `not an http or https URL: ${schemeIn(text)}`, { hint: 'for example http://127.0.0.1:8317' });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ToolError('usage', `${what} holds no credentials, no query and no fragment`, {
      hint: `put the key into ${variable}`,
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
};

/**
 * The key as it can stand in a header.
 * @param from where it comes from, for messages, which do not show it
 * @throws ToolError `usage`
 */
export const checkedKey = (key: string, from = 'WIREPROOF_KEY'): string => {
  if (/^[\x21-\x7e]*$/.test(key)) return key;
  throw new ToolError('usage', `the key of ${from} cannot be sent: a header takes visible ASCII characters, and it holds others`, {
    hint: 'look for spaces, line breaks, a leading "Bearer " and letters of other alphabets, and copy the key again',
  });
};

/** A proxy that runs already. Nothing is started or stopped; its configuration is its own. */
export const urlTarget = ({ url, profile, key, keyHeader }: UrlTargetOptions): Target => {
  const base = checkedUrl(url);
  if (key !== undefined) checkedKey(key);
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
