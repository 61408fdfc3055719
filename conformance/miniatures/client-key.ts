import { referenceClientKey } from '../targets/reference-config.ts';
import type { Message } from './defect.ts';

/** For defects of the door: what a request shows of a key, and the same request with another one. */

const keyHeaders = ['authorization', 'x-api-key', 'x-goog-api-key'] as const;
const keyParameters = ['key', 'auth_token'] as const;

const urlOf = (message: Message): URL => new URL(message.path, 'http://proxy.invalid');

/** The same request without these headers and query parameters. */
export const without = (message: Message, names: readonly string[]): Message => {
  const url = urlOf(message);
  for (const name of names) url.searchParams.delete(name);
  const headers = Object.fromEntries(Object.entries(message.headers).filter(([name]) => !names.includes(name)));
  return { ...message, headers, path: `${url.pathname}${url.search}` };
};

/** The keys that the request shows, `Bearer` taken off; an empty header counts as an empty key. */
export const shownKeys = (message: Message): readonly string[] => {
  const { searchParams } = urlOf(message);
  const inHeaders = keyHeaders.flatMap((name) => message.headers[name] ?? []);
  const inQuery = keyParameters.flatMap((name) => searchParams.getAll(name));
  return [...inHeaders, ...inQuery].map((text) => text.replace(/^bearer\b\s*/i, ''));
};

export const showsListedKey = (message: Message): boolean => shownKeys(message).includes(referenceClientKey);

/** The same request with this key as bearer, and no other; the listed one by default. */
export const showing = (message: Message, key: string = referenceClientKey): Message => {
  const bare = without(message, [...keyHeaders, ...keyParameters]);
  return { ...bare, headers: { ...bare.headers, authorization: `Bearer ${key}` } };
};
