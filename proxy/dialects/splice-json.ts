/**
 * JSON text with fragments that are written as they are. Two uses: a model's tool arguments keep digits that `JSON.parse` would round
 * (`12345678901234567890`), and a tool output can be spliced without being checked, which is how row 3's invalid JSON comes about
 * (sheet R3 b). The tree is walked, not searched for placeholders, so that no input can collide with one.
 */
class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A fragment that `writeJson` copies unchanged and unchecked. */
export const rawJson = (text: string): unknown => new RawJson(text);

/** Like `JSON.stringify` for plain data; object members that are `undefined` are left out. */
export const writeJson = (value: unknown): string => {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return `{${writeMembers(value)}}`;
  return JSON.stringify(value);
};

const writeMembers = (value: object): string =>
  Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`)
    .join(',');
