const mostKnown = 2_000;
const longest = 200;

/** A text of its own: a part of a body would keep all of that body in memory. */
const copied = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

/** The same answers for the same keys and paths, which come again and again in bodies. */
export const remembered = <T>(of: (text: string) => T): ((text: string) => T) => {
  const known = new Map<string, { readonly answer: T }>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before.answer;
    const answer = of(text);
    if (text.length > longest) return answer;
    if (known.size >= mostKnown) known.clear();
    known.set(copied(text), { answer });
    return answer;
  };
};
