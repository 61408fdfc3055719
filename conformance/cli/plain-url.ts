import { ToolError } from '../errors.ts';

/**
 * An upstream's origin and mount, without a trailing slash.
 * @throws ToolError `usage` for what is no http or https URL, or has a user, a query or a fragment
 */
export const plainUrl = (text: string, hint: string): string => {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (plain) return url.href.replace(/\/+$/, '');
  throw new ToolError('usage', 'the upstream is no plain http or https URL', {
    hint: `its address without user, password or query, for example --upstream https://api.openai.com; ${hint}`,
  });
};
