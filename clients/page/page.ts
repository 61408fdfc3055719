import { type CaseId, caseIds, cases } from '../cases.ts';
import type { Client } from '../client.ts';
import type { Recorded } from '../record.ts';
import { table } from './table.ts';
import { inBrief, inWords } from './words.ts';

export const pageFile = new URL('../../docs/clients.md', import.meta.url);

type Named = Pick<Client, 'id' | 'title' | 'package' | 'version' | 'surface' | 'needs' | 'about'>;

const notRun = '**not run**';

const find = (kept: readonly Recorded[], client: string, id: CaseId): Recorded | undefined =>
  kept.find((one) => one.client === client && one.case === id);

const link = (one: Recorded, text: string): string => `[${text}](../clients/exchanges/${one.client}/${one.case}.json)`;

const whereRows = (kept: readonly Recorded[]): readonly (readonly string[])[] => {
  const places = new Map<string, readonly string[]>();
  for (const { ran } of kept) places.set(JSON.stringify(ran), [ran.on, ran.node, ran.system, ran.network]);
  return [...places].sort(([a], [b]) => a.localeCompare(b)).map(([, row]) => row);
};

const overview = (clients: readonly Named[], kept: readonly Recorded[]): readonly string[] =>
  table(
    ['client', ...caseIds.map((id) => cases[id].title)],
    clients.map((client) => [
      `[${client.title}](#${client.id})`,
      ...caseIds.map((id) => {
        const one = find(kept, client.id, id);
        return one === undefined ? notRun : inBrief(one);
      }),
    ]),
  );

type Exchange = Recorded['exchanges'][number];

const hasHeaders = ({ requestHeaders }: Exchange): boolean => Object.keys(requestHeaders).length > 0;

/** The first request for a turn; for turns over a WebSocket its handshake. */
const telling = ({ exchanges }: Recorded): Exchange | undefined =>
  exchanges.find((one) => hasHeaders(one) && one.requestBytes > 0) ?? exchanges.find(hasHeaders);

/** Those that say who asks and how; what every program of its kind sends is left out. */
const tellingHeaders = (one: Recorded): readonly string[] => {
  const dull = /^(?:accept|accept-language|content-type|sec-fetch-mode|cache-control|upgrade|sec-websocket-.*)$/;
  return Object.entries(telling(one)?.requestHeaders ?? {})
    .filter(([name]) => !dull.test(name))
    .map(([name, value]) => `\`${name}: ${value.length > 80 ? `${value.slice(0, 80)}…` : value}\``);
};

const endpointsOf = (kept: readonly Recorded[]): readonly string[] =>
  [...new Set(kept.flatMap(({ outcome }) => outcome.requests.map((request) => request.replace(/ → .*| ×.*/, ''))))].sort();

const namesOf = (kept: readonly Recorded[]): readonly string[] => [...new Set(kept.flatMap(({ outcome }) => outcome.namesAsked))].sort();

const leftBy = (kept: readonly Recorded[]): readonly string[] => [...new Set(kept.flatMap(({ outcome }) => outcome.leftBehind))].sort();

const code = (texts: readonly string[], none: string): string =>
  texts.length === 0 ? none : texts.map((text) => `\`${text}\``).join(', ');

const escaped = (text: string): string => text.replaceAll('```', "'''");

/** The last lines of what it printed, for people who search for them. */
const printed = (text: string): string => {
  const last = text.split('\n').slice(-4).join('\n');
  return escaped(last.length > 400 ? `… ${last.slice(-400)}` : last);
};

const caseText = (one: Recorded): readonly string[] => [
  `**${cases[one.case].title}**: ${inWords(one)}. Requests: ${one.outcome.requests.join('; ') || 'none'}. ${link(one, 'Exchange')}`,
  '',
  ...(one.outcome.prints === 'no answer' && one.output !== '' ? ['```text', printed(one.output), '```', ''] : []),
];

const section = (client: Named, all: readonly Recorded[]): readonly string[] => {
  const kept = all.filter((one) => one.client === client.id);
  const plain = find(kept, client.id, 'plain');
  return [
    `<a id="${client.id}"></a>`,
    '',
    `## ${client.title}`,
    '',
    `npm package ${client.package} ${client.version}; upstream ${client.surface}${plain === undefined ? '' : `, model ${plain.model}`}.`,
    '',
    ...(client.about === undefined ? [] : [client.about, '']),
    ...client.needs.map((need) => `- ${need}`),
    '',
    ...(plain === undefined ? [] : ['```sh', escaped(plain.command), '```', '']),
    `Endpoints: ${code(endpointsOf(kept), 'none')}. Looks up beside the proxy: ${code(namesOf(kept), 'nothing')}. Leaves running: ${code(leftBy(kept), 'nothing')}.`,
    '',
    ...(plain === undefined ? [] : [`Headers: ${tellingHeaders(plain).join(', ')}`, '']),
    ...kept.flatMap(caseText),
  ];
};

/** The whole of docs/clients.md, from what is kept and nothing else, so that whether it is stale can be seen without running a client. */
export const pageText = (clients: readonly Named[], kept: readonly Recorded[]): string => {
  const lines = [
    '# Real clients against the reference proxy',
    '',
    'Written by `npm run clients` from `clients/exchanges`, where each run is kept; `npm run clients -- --check` runs the clients again and compares.',
    'The clients are the published packages, unchanged, installed without their install scripts. Each case starts a reference proxy of its own in its',
    'default configuration, over mocked upstreams; the client sees this machine and nothing else, an empty home directory, and keys that are none.',
    'A case that could not be run is called so here, never left out.',
    '',
    ...table(['date', 'Node.js', 'system', 'kept from the network by'], whereRows(kept)),
    '',
    '`namespace`: a network namespace with nothing but loopback, whose name server knows no name. `guard`: a proxy setting that leads nowhere, and a',
    'module that lets Node connect to this machine only; a program that is not Node could leave.',
    '',
    ...table(
      ['case', 'what happens'],
      caseIds.map((id) => [cases[id].title, cases[id].about]),
    ),
    '',
    ...overview(clients, kept),
    '',
    '"Still running" means that the client was ended after that time. Pauses are those between the end of one try and the beginning of the next.',
    '',
    ...clients.flatMap((client) => section(client, kept)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
};
