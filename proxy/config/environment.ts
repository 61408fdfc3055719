import type { ConfigProblem } from './problem.ts';

/** The variables that `${NAME}` may name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `${NAME}` is a reference; `$${NAME}` stands for the text `${NAME}`. A `$` before anything else is a `$`. */
const reference = /\$(\$?)\{([A-Za-z_]\w*)\}/g;

interface Expansion {
  readonly env: Environment;
  readonly where: string;
  readonly problems: ConfigProblem[];
}

const problemOf = (where: string, path: string, name: string, value: string | undefined): ConfigProblem => ({
  where: path === '' ? where : `${where}: ${path}`,
  expected: `a value in the environment variable ${name}`,
  actual: value === undefined ? 'no such variable' : 'empty text',
  hint: `set ${name}, or write $\${${name}} for the text itself`,
});

const expandText = (text: string, path: string, { env, where, problems }: Expansion): string =>
  text.replaceAll(reference, (_whole, escape: string, name: string) => {
    if (escape !== '') return `\${${name}}`;
    const value = env[name];
    // An empty variable is as good as none: an empty client key would be dropped, and the proxy be open.
    if (value === undefined || value === '') problems.push(problemOf(where, path, name, value));
    return value ?? '';
  });

const expandNode = (node: unknown, path: string, expansion: Expansion): unknown => {
  if (typeof node === 'string') return expandText(node, path, expansion);
  if (Array.isArray(node)) return node.map((item, index) => expandNode(item, `${path}[${index}]`, expansion));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, expandNode(value, path === '' ? key : `${path}.${key}`, expansion)]),
  );
};

/** The tree with every `${NAME}` in its texts replaced by the variable's value; keys of mappings are left as they are. */
export const expandEnvironment = (
  tree: unknown,
  env: Environment,
  where: string,
): { readonly tree: unknown; readonly problems: readonly ConfigProblem[] } => {
  const problems: ConfigProblem[] = [];
  return { tree: expandNode(tree, '', { env, where, problems }), problems };
};
