import { kindOfKey, type SensitiveKind } from '#fixtures/recordings/sensitive';

import type { Leaf } from './json-leaves.ts';
import { remembered } from './remembered.ts';

/** In a schema, a key names what may be said, and what is below it says how. */
const schemas: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);

/** What is below a key that names a credential is one: `client_secret: { value }`. */
const isBelowCredential = (path: string): boolean => {
  const keys = path.split('.');
  return keys.slice(0, -1).some((key, index) => {
    const name = key.replace(/(?:\[\])+$/, '');
    return kindOfKey(name) === 'credential' && !schemas.has(keys[index - 1] ?? '');
  });
};

/** Of a text, `token` is a word, mostly: one that lets somebody in is longer, and has letters and digits. */
const lettersAndDigits = /^(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[!-~]{8,}$/;
const ofProbability = /prob/i;

const isToken = ({ path, key, start, end }: Leaf, text: string): boolean =>
  key === 'token' && !ofProbability.test(path) && lettersAndDigits.test(text.slice(start, end));

const isBelow = remembered(isBelowCredential);

/** What a string of JSON is by all of its path, where its own key does not tell. */
export const kindByPath = (leaf: Leaf, text: string): SensitiveKind | undefined => {
  // A single key was asked before.
  if (leaf.key === 'type' || leaf.path === leaf.key) return leaf.path === 'token' && isToken(leaf, text) ? 'credential' : undefined;
  return isToken(leaf, text) || isBelow(leaf.path) ? 'credential' : undefined;
};
