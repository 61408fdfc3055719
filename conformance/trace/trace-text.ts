import type { Palette } from '../reporters/palette.ts';
import { printable } from '../reporters/printable.ts';
import { seenByText, type Bypass, type TraceSummary } from './judge-trace.ts';
import { mechanisms, type Seen } from './seen.ts';
import type { Trace } from './trace-client.ts';

const words: Readonly<Record<Seen['verdict'], string>> = { through: 'through', bypass: 'BYPASS', allowed: 'allowed', noted: 'noted' };

const what = ({ kind, method, path, status, to, refused }: Seen): string => {
  const answer = status === undefined ? '' : ` → ${status}`;
  const thing = kind === 'request' ? `${method ?? ''} ${path ?? ''}${answer}` : kind;
  return `${thing} to ${to}${refused === true ? ', refused' : ''}`;
};

const longestBy = 'seen by';

/** One line of what is seen while the client runs. */
export const seenLine = (seen: Seen, paint: Palette): string => {
  const colours = { through: paint.green, bypass: paint.red, allowed: paint.dim, noted: paint.dim };
  const word = colours[seen.verdict](words[seen.verdict].padEnd(7));
  return `${word}  ${printable(what(seen))}  ${paint.dim(`${longestBy} ${mechanisms[seen.by]}`)}`;
};

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const bypassLines = ({ to, connections, datagrams, requests, refused, seenBy }: Bypass): readonly string[] => {
  const counts = [
    ...(connections > 0 ? [counted(connections, 'connection')] : []),
    ...(datagrams > 0 ? [counted(datagrams, 'datagram flow')] : []),
    ...(requests.length > 0 ? [counted(requests.length, 'kind') + ' of request'] : []),
  ];
  return [
    `  ${printable(to)}: ${counts.join(', ')}${refused ? '; refused, nothing left this machine' : ''}`,
    ...requests.map((request) => `    ${printable(request)}`),
    `    ${seenByText(seenBy)}`,
  ];
};

const headlines = (target: string, { verdict, requests, modelCalls, unreadConnections, bypasses }: TraceSummary): string => {
  const came = `${counted(requests, 'request')}, ${counted(modelCalls, 'model call')} among them${
    unreadConnections === 0 ? '' : `, and ${counted(unreadConnections, 'connection')} that cannot be read`
  }`;
  if (verdict === 'all through') return `all that was seen went through ${target}: ${came}`;
  if (verdict === 'nothing seen') return `nothing went through ${target}: no request was seen at all`;
  if (verdict === 'model calls unread') return `whether a model was asked through ${target} cannot be known: ${came}`;
  if (verdict === 'no model call') return `no model call came to ${target}: ${came}`;
  return `not all went through ${target}: ${counted(bypasses.length, 'other place')} ${bypasses.length === 1 ? 'was' : 'were'} reached for; through it came ${came}`;
};

const endText = ({ ended, leftBehind }: Trace): string => {
  const how = ended.signal === undefined ? `exit code ${ended.code ?? '?'}` : `ended by ${ended.signal}`;
  const left = leftBehind === 0 ? '' : `; it left ${counted(leftBehind, 'process').replace('processs', 'processes')} behind, ended now`;
  return `the client: ${how}${ended.timedOut === true ? ', as its time was over' : ''}${left}`;
};

/** What was seen, for people. */
export const summaryText = (trace: Trace, summary: TraceSummary, paint: Palette): string => {
  const good = summary.verdict === 'all through';
  return [
    (good ? paint.green : paint.red)(headlines(trace.target, summary)),
    ...summary.bypasses.flatMap(bypassLines),
    ...(summary.allowed.length > 0 ? [`  allowed: ${summary.allowed.map(printable).join(', ')}`] : []),
    ...summary.hints.map((hint) => `hint: ${hint}`),
    ...(trace.unkept > 0 ? [`${trace.unkept} more were seen and not kept`] : []),
    endText(trace),
    paint.dim('what cannot be seen:'),
    ...summary.cannotSee.map((line) => paint.dim(`  ${line}`)),
    '',
  ].join('\n');
};
