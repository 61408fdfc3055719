type Claims = Readonly<Record<string, unknown>>;

const claimsOf = (token: string): Claims | undefined => {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    const claims = JSON.parse(payload) as unknown;
    return claims !== null && typeof claims === 'object' ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The subscription tier that an OAuth id_token claims, in lower case. The signature is not checked: the token only sorts the
 * operator's own credentials (sheet 1.11).
 */
export const planOf = (idToken: string | undefined): string | undefined => {
  const claims = idToken === undefined ? undefined : claimsOf(idToken);
  const nested = claims?.['https://api.openai.com/auth'] as Claims | undefined;
  const plan = claims?.chatgpt_plan_type ?? nested?.chatgpt_plan_type;
  return typeof plan === 'string' ? plan.toLowerCase() : undefined;
};
