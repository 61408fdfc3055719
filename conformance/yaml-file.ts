import { readFile } from 'node:fs/promises';

import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

import { type Problem, ToolError, type ToolErrorCode } from './errors.ts';
import { fileReason } from '#fixtures/file-reason';
import { nearestHint } from './nearest.ts';

/** A YAML text whose nodes know their lines, so that a problem found later can still say where it is. */
export interface YamlSource {
  readonly file: string;
  readonly value: unknown;
  /** `file:line path` of a place in the document; the nearest ancestor that exists gives the line. */
  readonly where: (path: readonly PropertyKey[]) => string;
}

interface YamlKind {
  /** `a target file`, `a baseline`: for messages. */
  readonly what: string;
  readonly code: ToolErrorCode;
}

const maxBytes = 1024 * 1024;

const lineOf = (document: Document, lines: LineCounter, path: readonly PropertyKey[]): number => {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
};

const dotted = (path: readonly PropertyKey[]): string => path.map(String).join('.');

/** Parses YAML text. Throws one ToolError that lists every syntax problem with its line. */
export const parseYaml = (file: string, text: string, kind: YamlKind): YamlSource => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      where: `${file}:${lines.linePos(error.pos[0]).line}`,
      expected: 'YAML',
      actual: error.message,
    }));
    throw new ToolError(kind.code, `${file} is not valid YAML`, { problems });
  }
  return {
    file,
    value: document.toJS({ maxAliasCount: 100 }) as unknown,
    where: (path) => [`${file}:${lineOf(document, lines, path)}`, dotted(path)].filter((part) => part !== '').join(' '),
  };
};

/** Reads a YAML file of at most 1 MiB. A file that cannot be read is a ToolError with the kind's code. */
export const readYaml = async (file: string, kind: YamlKind): Promise<YamlSource> => {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new ToolError(kind.code, `${kind.what} cannot be read: ${file}`, {
      problems: [
        {
          where: file,
          expected: 'a readable file',
          actual: fileReason(cause),
          hint: 'check the path: a relative one starts at the working folder, or at the file that names it',
        },
      ],
      cause,
    });
  }
  if (bytes.byteLength > maxBytes) {
    throw new ToolError(kind.code, `${file} is too large for ${kind.what}`, {
      problems: [{ where: file, expected: `at most ${maxBytes} bytes`, actual: `${bytes.byteLength} bytes` }],
    });
  }
  return parseYaml(file, bytes.toString('utf8'), kind);
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
};

const flatIssues = (issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] =>
  issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
    // The alternative with the fewest problems is the one that was meant.
    const meant = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
    return flatIssues(meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  });

/** The schemas say what they want in their messages; the form of the whole document is the one thing they leave to zod. */
const expectedBy = (issue: z.core.$ZodIssue): string => {
  // The key's own schema says what is wrong with it; the mapping's says what the mapping is for.
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.code === 'invalid_type' && issue.expected === 'object' && issue.message.startsWith('Invalid input')
    ? 'a mapping'
    : issue.message;
};

/** For a slip in a name from a closed list. */
const nearestValue = (issue: z.core.$ZodIssue, actual: unknown): { readonly hint?: string } => {
  if (issue.code !== 'invalid_value' || typeof actual !== 'string') return {};
  const hint = nearestHint(actual, issue.values.map(String));
  return hint.startsWith('did you mean') ? { hint } : {};
};

/** How the problems of a document are told. */
interface Telling {
  /** Offered for an unknown key of the mapping there. */
  readonly keysAt: (path: readonly PropertyKey[]) => readonly string[];
  /** A value as messages may show it. */
  readonly shown: (value: unknown, path: readonly PropertyKey[]) => string;
}

const problemsFor = (source: Pick<YamlSource, 'value' | 'where'>, issue: z.core.$ZodIssue, telling: Telling): readonly Problem[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      where: source.where([...issue.path, key]),
      expected: 'a known key',
      actual: `"${key}"`,
      hint: nearestHint(key, telling.keysAt(issue.path)),
    }));
  }
  const actual = valueAt(source.value, issue.path);
  const told = telling.shown(actual, issue.path);
  return [{ where: source.where(issue.path), expected: expectedBy(issue), actual: told, ...nearestValue(issue, actual) }];
};

/** Every issue of a document as a problem with its place; the alternative of a union that comes nearest stands for the union. */
export const problemsOfIssues = (
  source: Pick<YamlSource, 'value' | 'where'>,
  issues: readonly z.core.$ZodIssue[],
  telling: Telling,
): readonly Problem[] => flatIssues(issues).flatMap((issue) => problemsFor(source, issue, telling));

/** Checks a parsed document. Throws one ToolError with every problem, each with file, line and path. `keys` are offered for unknown ones. */
export const checkYaml = <Schema extends z.ZodType>(
  source: YamlSource,
  schema: Schema,
  kind: YamlKind & { readonly keys: readonly string[] },
): z.output<Schema> => {
  const parsed = schema.safeParse(source.value ?? {});
  if (parsed.success) return parsed.data;
  const problems = problemsOfIssues(source, parsed.error.issues, { keysAt: () => kind.keys, shown });
  throw new ToolError(kind.code, `${source.file} is not ${kind.what} as it stands`, { problems });
};
