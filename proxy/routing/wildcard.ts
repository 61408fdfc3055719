const escaped = (text: string): string => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');

/** A test for exclusion patterns: `*` anywhere, upper and lower case alike (sheet 1.3). */
export const matcherOf = (patterns: readonly string[]): ((id: string) => boolean) => {
  const expressions = patterns.map((pattern) => new RegExp(`^${escaped(pattern).replace(/\*+/g, '.*')}$`, 'is'));
  return (id) => expressions.some((expression) => expression.test(id));
};
