import type { Surroundings } from '../machine.ts';
import type { Conclusion } from './conclude.ts';
import { kinds } from './kinds.ts';
import type { Tally } from './traffic.ts';

export interface SoakReport {
  readonly result: Conclusion;
  readonly tally: Tally;
  readonly command: string;
  readonly surroundings: Surroundings;
}

const rows = ({ statuses }: Tally): readonly string[] =>
  kinds.map(({ name }) => {
    const mine = [...statuses].filter(([key]) => key.startsWith(`${name}: `));
    const said = mine.map(([key, count]) => `${key.slice(name.length + 2)} × ${count}`).sort();
    return `| ${name} | ${mine.reduce((sum, [, count]) => sum + count, 0)} | ${said.join(', ')} |`;
  });

/** docs/soak.md, from one run. */
export const soakDocument = ({ result, tally, command, surroundings }: SoakReport): string =>
  [
    '# The reference proxy under mixed faulty traffic',
    '',
    'Written by a run of the command below; not edited by hand. The proxy runs as a process of its own over the mocked upstreams on loopback, with a',
    'usage store on disk, two credentials per provider, and a client key that is rotated by hot reload all the time. Clients of four dialects send',
    'the mixture of the table; the share of each kind is fixed, so that every run sends the same.',
    '',
    '```',
    command,
    ...result.lines,
    '```',
    '',
    ...Object.entries(surroundings).map(([name, value]) => `- ${name}: ${value}`),
    '',
    '![Resident memory over time](images/soak-memory.svg)',
    '',
    'Requests with a wrong key are nobody’s and are not counted by the proxy; all others are, the refused, the broken and the abandoned ones too. The',
    'proxy sends more requests upstream than it gets: refused ones are tried with the second credential and in one extra round.',
    '',
    '| what happens | requests | what the client was told |',
    '| --- | --- | --- |',
    ...rows(tally),
    '',
  ].join('\n');
