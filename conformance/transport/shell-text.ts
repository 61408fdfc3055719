/** A text in which variables of a shell stand, so that what is secret need not be written down. */
export type ShellText = readonly (string | { readonly variable: string })[];

/** `it's` becomes `'it'\''s'`: nothing inside single quotes means anything to a POSIX shell, except their end. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Words that no shell takes for anything else may stand bare, which reads better. */
const needsNoQuotes = /^[\w@%+=:,./-]+$/;

const merged = (text: ShellText): ShellText =>
  text.reduce<ShellText>((before, part) => {
    const last = before.at(-1);
    return typeof part === 'string' && typeof last === 'string' ? [...before.slice(0, -1), last + part] : [...before, part];
  }, []);

/** One word of a POSIX shell command with exactly these characters in it; variables are expanded, never split. */
export const shellWord = (text: ShellText): string => {
  const parts = merged(text).filter((part) => part !== '');
  if (parts.length === 0) return "''";
  return parts
    .map((part) => {
      if (typeof part !== 'string') return `"$${part.variable}"`;
      return needsNoQuotes.test(part) ? part : quoted(part);
    })
    .join('');
};

/** The text with a variable wherever the secret stands. */
export const hiding = (text: ShellText, secret: string, variable: string): ShellText =>
  secret === ''
    ? text
    : text.flatMap((part) =>
        typeof part !== 'string' ? [part] : part.split(secret).flatMap((piece, index) => (index === 0 ? [piece] : [{ variable }, piece])),
      );
