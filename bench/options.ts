import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly only: readonly string[];
  /** Measures that are left out. */
  readonly except: readonly string[];
  readonly quick: boolean;
  readonly write: boolean;
  readonly build: boolean;
  readonly help: boolean;
  /** The proxy beside its floors alone; fail on ratios that are far off. */
  readonly gate: boolean;
  /** One kind of traffic, with the proxy and its floor alone. */
  readonly look?: string;
  /** One kind of traffic, and where the proxy's time goes. */
  readonly profile?: string;
}

export const usage = (
  measures: readonly { readonly name: string; readonly title: string }[],
  traffic: readonly string[],
): string => `npm run bench -- [flags]

  --only NAME        only this measure; repeatable
  --except NAME      without this measure; repeatable
  --quick            fewer repetitions, under three minutes; for a look
  --write            write docs/benchmarks.md in spite of --only, --except or --quick (it then says so)
  --no-build         measure dist/ as it is
  --gate             the proxy beside its floors alone, in about two minutes, for CI: exit 1 when a ratio is more than three tenths (of bursts
                     two fifths) worse than its goal, or than docs/benchmarks.md where that missed it, both by the clock and by CPU time; or more
                     than three fifths by one of them; or when it cannot be judged
  --look TRAFFIC     the proxy beside its floor under one kind of traffic, and nothing else
  --profile TRAFFIC  where the proxy's time goes under it (V8's profiler)
  --help             this text

Traffic: ${traffic.join(', ')}

Measures:
${measures.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join('\n')}

Without --only, --except and --quick, docs/benchmarks.md is written. Exit codes: 0 measured, whether fast or slow; 1 something gave
a wrong answer or could not be measured, or --gate found it slow; 2 wrong flags.
`;

/** Throws an Error that says what is wrong with the flags. */
export const readOptions = (args: readonly string[], names: readonly string[]): BenchOptions => {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      except: { type: 'string', multiple: true, default: [] },
      quick: flag,
      write: flag,
      'no-build': flag,
      help: flag,
      gate: flag,
      look: text,
      profile: text,
    },
  });
  const unknown = [...values.only, ...values.except].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`no measure ${unknown.join(', ')}; there are ${names.join(', ')}`);
  const { only, except, quick, write, help, gate, look, profile } = values;
  return {
    only,
    except,
    quick,
    write,
    help,
    gate,
    build: !values['no-build'],
    ...(look !== undefined && { look }),
    ...(profile !== undefined && { profile }),
  };
};
