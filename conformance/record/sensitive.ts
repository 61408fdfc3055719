import type { redactionKinds } from '#fixtures/recordings/recording';

export type SensitiveKind = Exclude<(typeof redactionKinds)[number], 'dropped'>;

interface Pattern {
  readonly kind: SensitiveKind;
  /** What is replaced is its first group, or all of it. */
  readonly pattern: RegExp;
  /** One of these is in every match: to look for them costs a tenth of looking for the pattern, and nearly no text has one. */
  readonly oneOf?: readonly string[];
}

/**
 * Values that can be told by their look, wherever they stand. Each pattern starts where a word starts and has bounded or disjoint parts, so
 * that a body of megabytes is read once.
 */
const patterns: readonly Pattern[] = [
  { kind: 'credential', pattern: /\bsk-[A-Za-z0-9_-]{16,}/g, oneOf: ['sk-'] },
  { kind: 'credential', pattern: /\bAIza[0-9A-Za-z_-]{30,}/g, oneOf: ['AIza'] },
  { kind: 'credential', pattern: /\bya29\.[0-9A-Za-z_-]{20,}/g, oneOf: ['ya29.'] },
  { kind: 'credential', pattern: /\b1\/\/0[0-9A-Za-z_-]{20,}/g, oneOf: ['1//0'] },
  { kind: 'credential', pattern: /\b(?:gh[pousr]_|github_pat_|glpat-|gsk_|hf_|r8_|xai-|pplx-|npm_)[0-9A-Za-z_-]{20,}/g },
  { kind: 'credential', pattern: /\bxox[abeoprs]-[0-9A-Za-z-]{10,}/g, oneOf: ['xox'] },
  { kind: 'credential', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, oneOf: ['AKIA', 'ASIA'] },
  { kind: 'credential', pattern: /\beyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*/g, oneOf: ['eyJ'] },
  { kind: 'credential', pattern: /\bBearer\s+([0-9A-Za-z._~+/=-]{8,})/gi },
  { kind: 'credential', pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[0-9A-Za-z+/=\s\\]{0,20000}/g, oneOf: ['-----BEGIN'] },
  { kind: 'account', pattern: /\b(?:org|proj|acct|user)[-_](?=[A-Za-z]*\d)[A-Za-z0-9]{14,}\b/g },
  {
    kind: 'personal',
    pattern: /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}\b/g,
    oneOf: ['@'],
  },
];

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: SensitiveKind;
}

/** What stands here in place of a value: never taken for one. */
const placeholder = /^(?:redacted-)?(?:credential|account|personal|content)-\d+|^x{4,}[0-9a-z]{0,4}$/;

const spansOf = ({ kind, pattern }: Pattern, text: string): readonly Span[] =>
  [...text.matchAll(pattern)].flatMap((match) => {
    const value = match[1] ?? match[0];
    if (placeholder.test(value)) return [];
    const start = match.index + match[0].length - value.length;
    return [{ start, end: start + value.length, kind }];
  });

/** Every place of a text that looks like a credential, an account or a person. May overlap. */
export const sensitiveSpans = (text: string): readonly Span[] =>
  patterns.flatMap((one) => (one.oneOf === undefined || one.oneOf.some((part) => text.includes(part)) ? spansOf(one, text) : []));

const credentialKey =
  /^(?:x[-_])?(?:api[-_]?key|access[-_]?token|refresh[-_]?token|id[-_]?token|auth[-_]?token|session[-_]?token|client[-_]?secret|secret|password|passwd|authorization|private[-_]?key)$/i;
const accountKey =
  /^(?:(?:chatgpt[-_])?account[-_]?(?:id|uuid)|org(?:anization)?[-_]?(?:id|uuid)|organization|project(?:[-_]?id)?|workspace[-_]?id|tenant[-_]?id|customer[-_]?id|user[-_]?(?:id|uuid))$/i;
const personalKey = /^(?:e[-_]?mail(?:[-_]?address)?|user|user[-_]?name|safety[-_]?identifier|phone(?:[-_]?number)?|full[-_]?name)$/i;

/** What the value under a key is, by the key's name alone: of JSON, a query, or a form. */
export const kindOfKey = (key: string): SensitiveKind | undefined => {
  if (credentialKey.test(key)) return 'credential';
  if (accountKey.test(key)) return 'account';
  return personalKey.test(key) ? 'personal' : undefined;
};

/** In a query: these names hold a key only there. */
export const kindOfQueryKey = (key: string): SensitiveKind | undefined =>
  /^(?:key|token|code|signature|sig)$/i.test(key) ? 'credential' : kindOfKey(key);

const entropyOf = (text: string): number => {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
};

/** Random letters of this length, with digits, have at least so many bits each. */
const randomBits = 3.7;

/** A run of letters that looks drawn by lot. For header-like places only: in bodies, ids and signatures look the same. */
export const looksRandom = (text: string): boolean =>
  (text.match(/[A-Za-z0-9_+/=-]{24,}/g) ?? []).some(
    (run) => /\d/.test(run) && /[a-z]/i.test(run) && !placeholder.test(run) && entropyOf(run) >= randomBits,
  );
