import { type Fields, fieldsOf, listOf, textOf } from './loose.ts';

/** A value that satisfies a JSON Schema and, where the words of the question hold one, comes from them. */

const wanted: Readonly<Record<string, RegExp>> = {
  city: /\bin ([A-Z]\w+)/,
  restaurant: /\bat ([A-Z]\w+(?: [A-Z]\w+)*)/,
  party_size: /for (\d+) people/,
  path: /path (\S+)/,
  content: /content exactly:\s*(.+)$/s,
};

const textFor = (name: string, { enum: choices }: Fields, words: string): string => {
  const options = listOf(choices).map(textOf);
  const said = options.find((option) => words.toLowerCase().includes(option.toLowerCase()));
  return said ?? options[0] ?? wanted[name]?.exec(words)?.[1] ?? 'CANARY_OK';
};

/** @param name of the property, by which a value is looked for in `words` */
export const fromSchema = (schema: Fields, words: string, name = ''): unknown => {
  const types = [schema['type'] ?? 'object'].flat().map((type) => textOf(type).toLowerCase());
  if (types.includes('integer') || types.includes('number')) return Number(wanted[name]?.exec(words)?.[1] ?? 36);
  if (types.includes('boolean')) return true;
  if (types.includes('array')) return [];
  if (types.includes('string')) return textFor(name, schema, words);
  const properties = Object.entries(fieldsOf(schema['properties']));
  return Object.fromEntries(properties.map(([key, property]) => [key, fromSchema(fieldsOf(property), words, key)]));
};
