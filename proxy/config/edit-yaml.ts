import { isCollection, isScalar, parseDocument, stringify } from 'yaml';
import type { Document } from 'yaml';

import { ConfigError } from './problem.ts';
import { parseYaml } from './read.ts';

/** Edits of a configuration's text that leave comments, order and everything else where they are. */

export type YamlPath = readonly (string | number)[];

const open = (text: string): Document => {
  // A text that does not parse is refused here, with line and column, and not when it is half edited.
  parseYaml(text, 'config');
  return parseDocument(text);
};

/** Flow collections are printed with blanks inside of their brackets where the text has some like that. */
const print = (document: Document, text: string): string =>
  document.toString({ lineWidth: 0, flowCollectionPadding: /[{[] [^\n]*[\]}]/.test(text) });

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** One plain value in the place of another changes only its own characters; `undefined` where it is not as simple as that. */
const spliced = (text: string, path: YamlPath, value: unknown): string | undefined => {
  const node = parseDocument(text).getIn(path, true);
  if (!isPlain(value) || !isScalar(node) || !isPlain(node.value) || node.range === undefined || node.range === null) return undefined;
  if (node.anchor !== undefined || node.tag !== undefined || node.type?.startsWith('BLOCK') === true) return undefined;
  const [start, end] = node.range;
  // As JSON a text is good YAML everywhere, also inside of brackets.
  const written = typeof value === 'string' && !/^[A-Za-z0-9][\w./-]*$/.test(value) ? JSON.stringify(value) : stringify(value).trimEnd();
  return `${text.slice(0, start)}${written}${text.slice(end)}`;
};

/** `remote-management:` with nothing behind it is null, in which nothing can be set. */
const clearEmptyParents = (document: Document, path: YamlPath): void => {
  for (let length = 1; length < path.length; length += 1) {
    const parent = path.slice(0, length);
    const node = document.getIn(parent, true);
    if (node !== undefined && !isCollection(node)) document.deleteIn(parent);
  }
};

const edited = (text: string, path: YamlPath, edit: (document: Document) => void): string => {
  const document = open(text);
  try {
    edit(document);
  } catch (cause) {
    const where = path.join('.');
    throw new ConfigError([{ where, expected: 'a place that can be edited', actual: (cause as Error).message }], { cause });
  }
  return print(document, text);
};

/** The text with a value at a path; mappings on the way to it are made. */
export const withValue = (text: string, path: YamlPath, value: unknown): string => {
  open(text);
  return spliced(text, path, value) ?? withNode(text, path, value);
};

const withNode = (text: string, path: YamlPath, value: unknown): string =>
  edited(text, path, (document) => {
    clearEmptyParents(document, path);
    document.setIn(path, value);
  });

/** The text without what is at a path. */
export const withoutValue = (text: string, path: YamlPath): string =>
  open(text).hasIn(path) ? edited(text, path, (document) => void document.deleteIn(path)) : text;

/** What the text has at a path, as plain values; `undefined` where there is nothing. */
export const valueAt = (text: string, path: YamlPath): unknown =>
  path.reduce<unknown>(
    (node, step) => (node !== null && typeof node === 'object' ? (node as Record<string | number, unknown>)[step] : undefined),
    parseYaml(text, 'config'),
  );
