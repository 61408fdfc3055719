/** Takes credentials out of a text. */
export type Redact = (text: string) => string;

const gone = '[redacted]';

/** What looks like a credential wherever it stands: bearer values, vendor key prefixes, JSON web tokens. */
const looksSecret: readonly RegExp[] = [
  /(?<=\b[Bb]earer\s+)[\w.~+/=-]{6,}/g,
  /\bsk-[\w-]{8,}/g,
  /\bAIza[\w-]{20,}/g,
  /\bya29\.[\w-]{10,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g,
];

const credentialHeader = /^(authorization|proxy-authorization|x-api-key|x-goog-api-key|api-key|cookie|set-cookie)$|token|secret/i;

/** A redactor that also knows the secrets in use. Short values are left alone: they would eat ordinary text. */
export const redactor = (secrets: readonly string[]): Redact => {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= 8).sort((a, b) => b.length - a.length);
  return (text) => {
    const withoutKnown = known.reduce((rest, secret) => rest.replaceAll(secret, gone), text);
    return looksSecret.reduce((rest, pattern) => rest.replace(pattern, gone), withoutKnown);
  };
};

export const isCredentialHeader = (name: string): boolean => credentialHeader.test(name);

/** The values of headers that carry credentials, without their scheme. */
export const secretsIn = (headers: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(headers)
    .filter(([name]) => isCredentialHeader(name))
    .map(([, value]) => value.replace(/^\w+\s+/, ''));
