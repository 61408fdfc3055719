import { ProxyError } from './errors.ts';

/** The refusal of a path, or of a method, that does not exist. `path`: without the query, which may hold a key. */
export const nothingHere = ({
  method,
  raw,
}: {
  readonly method: string;
  readonly raw: { readonly url?: string | undefined };
}): ProxyError => {
  const path = (raw.url ?? '/').split('?', 1)[0] ?? '/';
  return new ProxyError('not-found', `There is no ${method} ${path.slice(0, 200)} here.`);
};
