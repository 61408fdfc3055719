import type { Credential } from '../providers/provider.ts';

/** Shorter texts are no secrets, and replacing them would garble the sentence around them. */
const shortestSecret = 8;

const secretsOf = ({ secret, headers }: Credential): readonly string[] =>
  [secret, ...Object.values(headers ?? {}).map((value) => value.replace(/^bearer\s+/i, ''))].filter(
    ({ length }) => length >= shortestSecret,
  );

/**
 * An upstream's words without what the proxy showed it: some vendors repeat the key that they refuse, and the client must not learn it.
 * @example withoutSecrets('Incorrect API key provided: sk-upstream-1', credential) // 'Incorrect API key provided: ***'
 */
export const withoutSecrets = (text: string, credential: Credential): string =>
  secretsOf(credential).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
