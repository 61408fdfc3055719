import { parseArgs } from 'node:util';

import { type CaseId, caseIds } from './cases.ts';

export interface Options {
  readonly only: readonly string[];
  readonly cases: readonly CaseId[];
  readonly list: boolean;
  readonly install: boolean;
  /** Compare with what is kept, and keep nothing. */
  readonly check: boolean;
  /** Clients at a time. */
  readonly jobs: number;
  readonly help: boolean;
}

export const usage = (clients: readonly string[]): string => `npm run clients -- [flags]

  --only NAME    only this client; repeatable: ${clients.join(', ')}
  --case NAME    only this case; repeatable: ${caseIds.join(', ')}
  --check        compare with what is kept in clients/exchanges, and keep nothing
  --jobs N       this many clients at a time (2)
  --list         names of clients and cases, with versions and what is installed
  --no-install   use what is installed; a client that is not fails
  --help         this text

Runs published clients of LLM APIs against the reference proxy in front of mocked upstreams. They come from npm into .cache/clients and
reach this machine only. Without --check what they did is written to clients/exchanges/<client>/<case>.json, and docs/clients.md from all
of these files. Exit codes: 0 every case ran (with --check: and came to what is kept); 1 an outcome differs from what is kept; 2 wrong
flags; 3 a client could not be installed or a case could not be run: each is named.
`;

const chosen = <Name extends string>(what: string, values: readonly string[], known: readonly Name[]): readonly Name[] => {
  const unknown = values.filter((value) => !(known as readonly string[]).includes(value));
  if (unknown.length > 0) throw new Error(`no ${what} ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return values.length === 0 ? known : known.filter((name) => values.includes(name));
};

const countIn = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 16) throw new Error(`--jobs takes a whole number from 1 to 16, got ${text}`);
  return count;
};

/** Throws an Error that says what is wrong with the flags. */
export const readOptions = (args: readonly string[], clients: readonly string[]): Options => {
  const flag = { type: 'boolean', default: false } as const;
  const names = { type: 'string', multiple: true, default: [] as string[] } as const;
  const jobs = { type: 'string', default: '2' } as const;
  const options = { only: names, case: names, list: flag, 'no-install': flag, check: flag, jobs, help: flag } as const;
  const { values } = parseArgs({ args: [...args], options });
  return {
    only: chosen('client', values.only, clients),
    cases: chosen('case', values.case, caseIds),
    list: values.list,
    install: !values['no-install'],
    check: values.check,
    jobs: countIn(values.jobs),
    help: values.help,
  };
};
