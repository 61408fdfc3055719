import { redactor } from '../../engine/redact.ts';

const prefixed =
  /\b(?:pk|rk|gsk|xai|hf|ghp|gho|ghs|github_pat|glpat|xox[abprs]|AKIA|whsec)[-_][\w-]{12,}|\bAKIA[0-9A-Z]{16}\b|hooks\.slack\.com\/services\/\w+\/\w+\/\w+/;

/** A long word of letters of both cases and digits, which no name of a variable, path or header is. */
const random = /^(?=.*[a-z])(?=.*[A-Z])(?=(?:.*\d){3})[\w+=~-]{24,}$/;

const redact = redactor([]);

/** Whether a text has the form of a credential that vendors give out, anywhere in it. */
export const hasKeyInIt = (text: string): boolean => prefixed.test(text) || redact(text) !== text;

/** Where the configuration names a place for a secret, and people put the secret itself. */
const isPlaceForSecret = (key: string): boolean => /(?:^|-)(?:env|file|key|token|secret|password|authorization)$/.test(key);

export interface InlineSecret {
  readonly path: readonly (string | number)[];
  readonly length: number;
}

const inText = (text: string, path: readonly (string | number)[]): readonly InlineSecret[] => {
  const isSecret = hasKeyInIt(text) || (isPlaceForSecret(String(path.at(-1))) && random.test(text));
  return isSecret ? [{ path, length: text.length }] : [];
};

const deepest = 12;

/** Every text of a configuration that looks like a key, by its place. */
export const inlineSecrets = (value: unknown, path: readonly (string | number)[] = []): readonly InlineSecret[] => {
  if (typeof value === 'string') return inText(value, path);
  if (typeof value !== 'object' || value === null || path.length > deepest) return [];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((each, index) => [index, each])
    : Object.entries(value);
  return entries.flatMap(([key, each]) => inlineSecrets(each, [...path, key]));
};

/** A value of a configuration as a message may show it: never what is or may be a secret. */
export const shownValue = (value: unknown, path: readonly PropertyKey[]): string => {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a mapping';
  if (typeof value !== 'string') return JSON.stringify(value) ?? typeof value;
  if (hasKeyInIt(value) || isPlaceForSecret(String(path.at(-1)))) return `a text of ${value.length} characters, not shown`;
  const withoutUser = value.replace(/(?<=:\/\/)[^/@\s]+@/, '…@');
  return withoutUser.length > 100 ? `"${withoutUser.slice(0, 97)}..."` : `"${withoutUser}"`;
};
