/** Makes what was recorded short, readable and free of what is secret or differs from machine to machine. */

export type Clean = (text: string) => string;

const volatile: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b[0-9a-f]{64}\b/g, '<hash>'],
  [/\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b(127\.0\.0\.1|localhost):\d+/g, '$1:<port>'],
];

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** @param known what stands for something else in this run: keys, folders */
export const cleaner = (known: Readonly<Record<string, string>>): Clean => {
  const longestFirst = Object.keys(known)
    .filter((value) => value !== '')
    .sort((a, b) => b.length - a.length);
  const any = new RegExp(longestFirst.map(literally).join('|') || '(?!)', 'g');
  return (text) => {
    const named = text.replace(any, (value) => known[value] ?? value);
    return volatile.reduce((rest, [pattern, name]) => rest.replace(pattern, name), named);
  };
};

/** Long texts are the client's own prompts: only their length is kept. */
const shortText = (text: string): string => (text.length <= textLength ? text : `<${text.length} characters>`);

const listed = 3;
const textLength = 160;

/** A tool by its name alone: its schema is the client's and long. */
const toolName = (value: unknown): unknown => {
  const { name, function: inner, type } = value as { name?: unknown; function?: { name?: unknown }; type?: unknown };
  return name ?? inner?.name ?? type ?? value;
};

const isToolList = (key: string): boolean => key === 'tools' || key === 'functionDeclarations';

const briefList = (key: string, values: readonly unknown[]): unknown => {
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
  if (isToolList(key) && values.every((value) => isObject(value) && !('functionDeclarations' in value))) return values.map(toolName);
  const shown = values.slice(0, listed).map((value) => briefJson(value));
  if (values.length <= listed) return shown;
  return [...shown.slice(0, -1), `… ${values.length - listed} more`, briefJson(values.at(-1))];
};

/** JSON without long texts and with lists cut; the last element of a list stays, because that is where a conversation goes on. */
export const briefJson = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') return shortText(value);
  if (Array.isArray(value)) return briefList(key, value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, briefJson(inner, name)]));
};

const bodyLength = 700;

/** A body: JSON in brief, anything else by its beginning and its end. */
export const briefBody = (text: string): unknown => {
  if (text === '') return undefined;
  try {
    return briefJson(JSON.parse(text) as unknown);
  } catch {
    return text.length <= bodyLength * 2
      ? text
      : `${text.slice(0, bodyLength)}\n… ${text.length - bodyLength * 2} more characters …\n${text.slice(-bodyLength)}`;
  }
};

// oxlint-disable-next-line no-control-regex -- these are what is taken out
const terminal = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;
// oxlint-disable-next-line no-control-regex -- these are what is shown
const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

const outputLength = 1_200;

/** What a program printed: without colours, control characters shown as escapes, the end of it. */
export const briefOutput = (text: string): string => {
  const plain = text
    .replaceAll('\r\n', '\n')
    .replace(terminal, '')
    .replace(control, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .trim();
  return plain.length <= outputLength ? plain : `… ${plain.length - outputLength} characters before\n${plain.slice(-outputLength)}`;
};
