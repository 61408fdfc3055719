type Test = (id: string) => boolean;

/**
 * The pieces between the stars, each looked for behind the one before it: the first place that fits is as good as any. A regular
 * expression would try all of them, and clients choose what is matched.
 */
const testOf = (pattern: string): Test => {
  const [first = '', ...others] = pattern.toLowerCase().split(/\*+/);
  const last = others.pop();
  if (last === undefined) return (id) => id === first;
  return (id) => {
    const end = id.length - last.length;
    if (end < first.length || !id.startsWith(first) || !id.endsWith(last)) return false;
    let at = first.length;
    for (const piece of others) {
      const found = id.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return at <= end;
  };
};

/** A test for patterns: `*` anywhere, upper and lower case alike (sheet 1.3). Takes time in proportion to what is tested. */
export const matcherOf = (patterns: readonly string[]): Test => {
  const tests = patterns.map(testOf);
  return (id) => {
    const lower = id.toLowerCase();
    return tests.some((test) => test(lower));
  };
};
