import { parseArgs } from 'node:util';

import type { SurfaceId } from '#fixtures/exchange';

export interface InteropOptions {
  readonly suites: readonly string[];
  readonly upstreams: readonly SurfaceId[];
  readonly write: boolean;
  readonly help: boolean;
}

export const usage = (suites: readonly string[], upstreams: readonly SurfaceId[]): string => `npm run interop -- [flags]

  --suite NAME      only this suite; repeatable: ${suites.join(', ')}
  --upstream NAME   only in front of this upstream; repeatable: ${upstreams.join(', ')}
  --write           write docs/evidence/interop.md; whole runs only
  --help            this text

Runs other people's conformance suites against the reference proxy in front of mocked upstreams. The suites come from npm into
.cache/interop and may reach this machine only. Exit codes: 0 every finding is explained in interop/explained.yaml; 1 a finding is
not, or an explained one no longer occurs; 2 wrong flags, or a suite could not be installed or did not run to its end.
`;

const chosen = <Name extends string>(what: string, values: readonly string[], known: readonly Name[]): readonly Name[] => {
  const unknown = values.filter((value) => !(known as readonly string[]).includes(value));
  if (unknown.length > 0) throw new Error(`no ${what} ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return values.length === 0 ? known : known.filter((name) => values.includes(name));
};

/** Throws an Error that says what is wrong with the flags. */
export const readOptions = (args: readonly string[], suites: readonly string[], upstreams: readonly SurfaceId[]): InteropOptions => {
  const flag = { type: 'boolean', default: false } as const;
  const names = { type: 'string', multiple: true, default: [] as string[] } as const;
  const { values } = parseArgs({ args: [...args], options: { suite: names, upstream: names, write: flag, help: flag } });
  const { suite, upstream, write, help } = values;
  if (write && suite.length + upstream.length > 0) throw new Error('--write needs a whole run: leave out --suite and --upstream');
  return { suites: chosen('suite', suite, suites), upstreams: chosen('upstream', upstream, upstreams), write, help };
};
