import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly write: boolean;
  readonly build: boolean;
  readonly help: boolean;
}

export const usage = (measures: readonly { readonly name: string; readonly title: string }[]): string => `npm run bench -- [flags]

  --only NAME   only this measure; repeatable
  --quick       fewer repetitions, under three minutes; for a look
  --write       write docs/benchmarks.md in spite of --only or --quick (it then says so)
  --no-build    measure dist/ as it is
  --help        this text

Measures:
${measures.map(({ name, title }) => `  ${name.padEnd(17)} ${title}`).join('\n')}

Without --only and --quick, docs/benchmarks.md is written. Exit codes: 0 measured, whether fast or slow; 1 something gave
a wrong answer or could not be measured; 2 wrong flags.
`;

/** Throws an Error that says what is wrong with the flags. */
export const readOptions = (args: readonly string[], names: readonly string[]): BenchOptions => {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true, default: [] }, quick: flag, write: flag, 'no-build': flag, help: flag },
  });
  const unknown = values.only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`no measure ${unknown.join(', ')}; there are ${names.join(', ')}`);
  return { only: values.only, quick: values.quick, write: values.write, build: !values['no-build'], help: values.help };
};
