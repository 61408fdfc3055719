/**
 * Where secrets are in a configuration, told by the names of its keys: so it works for keys that this proxy does not know, too. A test
 * compares it with what the schema marks.
 */

const secretName = /(?:(?:^|[-_.]|api|access|private)keys?|token|secret|password|passwd|jwt|cookie|credential)$/i;

/** The name of the key that a value stands under, skipping list indexes. */
const nearestKey = (path: readonly PropertyKey[]): string => String(path.findLast((step) => typeof step !== 'number') ?? '');

const isTlsFile = (path: readonly PropertyKey[]): boolean => path.length === 2 && path[0] === 'tls';

/**
 * @param path keys and list indexes
 * @example isSecretPlace(['claude-api-key', 0, 'api-key']) // true
 */
export const isSecretPlace = (path: readonly PropertyKey[]): boolean => {
  if (isTlsFile(path)) return false;
  return secretName.test(nearestKey(path)) || path.at(-2) === 'headers';
};

/** What of a value at this place must not be shown: all of it, the user info of a URL, or nothing. */
export const secretsIn = (path: readonly PropertyKey[], value: unknown): readonly string[] => {
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  const text = String(value);
  if (text === '') return [];
  return isSecretPlace(path) ? [text] : userInfoOf(text);
};

const userInfoOf = (text: string): readonly string[] => {
  const info = /^[a-z][\w+.-]*:\/\/([^/@\s]+)@/i.exec(text)?.[1];
  return info === undefined ? [] : [info];
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

type Visit = (path: readonly PropertyKey[], value: unknown) => void;

/** Calls `visit` with every value of a tree that is no mapping and no list. */
export const visitLeaves = (node: unknown, visit: Visit, path: readonly PropertyKey[] = []): void => {
  if (Array.isArray(node)) node.forEach((item, index) => visitLeaves(item, visit, [...path, index]));
  else if (node !== null && typeof node === 'object')
    for (const [key, value] of Object.entries(node)) visitLeaves(value, visit, [...path, key]);
  else visit(path, node);
};

/** All secrets of a tree, each once; of user and password in a URL, the password by itself, too. */
export const collectSecrets = (tree: unknown): readonly string[] => {
  const found = new Set<string>();
  visitLeaves(tree, (path, value) => {
    for (const secret of secretsIn(path, value)) {
      found.add(secret);
      if (!isSecretPlace(path)) found.add(decoded(secret.slice(secret.indexOf(':') + 1)));
    }
  });
  return [...found];
};
