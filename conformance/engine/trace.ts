import type { AccountCall } from '#fixtures/upstreams/accounts/account-script';
import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import type { CallerSight, FullSight } from '#scenarios/kit/sight';

import { boundedText } from './bounded-json.ts';
import type { TraceLine } from './records.ts';
import type { Redact } from './redact.ts';
import type { StepOutcome } from './steps.ts';
import { withToken } from '../transport/request-body.ts';

const maxLines = 120;
const maxEventsEach = 12;
const excerptCharacters = 600;

/** What is secret goes first: of one that the cut goes through, the rest would stay. */
const excerpt = (text: string, redact: Redact): string => {
  const oneLine = redact(text.slice(0, excerptCharacters * 4))
    .slice(0, excerptCharacters * 2)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return oneLine.length > excerptCharacters ? `${oneLine.slice(0, excerptCharacters)}…` : oneLine;
};

const joinParts = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

const round = (ms: number): number => Math.round(ms * 10) / 10;

type Line = Omit<TraceLine, 'step'>;

const bodyOf = ({ probe, token }: CallerSight): string => {
  if (probe.body === undefined) return '';
  return withToken('text' in probe.body ? probe.body.text : JSON.stringify(probe.body.json), token);
};

const sent = (sight: CallerSight, redact: Redact): Line => {
  const { action, method, path } = sight.probe;
  const what =
    action === undefined
      ? joinParts(`${method} ${withToken(path, sight.token)}`, `${sight.sentBytes} bytes`, excerpt(bodyOf(sight), redact))
      : joinParts(action.kind, excerpt(withToken(JSON.stringify(action), sight.token), redact));
  return { atMs: 0, side: 'caller', direction: 'sent', what };
};

const cameOf = (sight: CallerSight, redact: Redact): readonly Line[] =>
  sight.action === undefined
    ? []
    : [
        {
          atMs: round(sight.durationMs),
          side: 'caller',
          direction: 'received',
          what: joinParts(sight.action.kind, excerpt(JSON.stringify(sight.action), redact)),
        },
      ];

const statusLine = (sight: CallerSight): readonly Line[] =>
  sight.status === 0
    ? []
    : [
        {
          atMs: round(sight.firstByteMs ?? sight.durationMs),
          side: 'caller',
          direction: 'received',
          what: joinParts(String(sight.status), sight.headers['content-type'] ?? '(no content type)'),
        },
      ];

const events = (sight: CallerSight, redact: Redact): readonly Line[] => {
  const shown =
    sight.events.length <= maxEventsEach ? sight.events : [...sight.events.slice(0, maxEventsEach - 2), ...sight.events.slice(-2)];
  const left = sight.events.length - shown.length;
  return shown.map((event, index) => ({
    atMs: round(event.atMs),
    side: 'caller' as const,
    direction: 'received' as const,
    what: joinParts(
      left > 0 && index === maxEventsEach - 2 ? `(${left} events left out)` : '',
      event.event === undefined ? 'event' : `event ${event.event}`,
      excerpt(event.data, redact),
    ),
  }));
};

const ending = (sight: CallerSight, redact: Redact): Line => ({
  atMs: round(sight.durationMs),
  side: 'caller',
  direction: 'received',
  what: joinParts(
    sight.end === 'complete' ? 'end' : `ended: ${sight.end}`,
    sight.errorCode ?? '',
    sight.events.length === 0 ? excerpt(sight.bodyText, redact) : `after ${sight.events.length} events`,
  ),
});

const upstreamLines = (call: UpstreamCall, startedAt: number, redact: Redact): readonly Line[] => {
  const arrivedMs = round(Math.max(0, call.at - startedAt));
  const arrived: Line = {
    atMs: arrivedMs,
    side: 'upstream',
    direction: 'received',
    what: joinParts(
      `${call.surface} ${call.method} ${call.path}${call.query === '' ? '' : `?${call.query.replace(/^\?/, '')}`}`,
      `${call.wireBytes} bytes`,
      excerpt(call.bodyBytes.subarray(0, excerptCharacters * 4).toString('utf8'), redact),
    ),
  };
  const answered: readonly Line[] =
    call.receipt === undefined
      ? []
      : [
          {
            atMs: round(arrivedMs + call.receipt.endedMs),
            side: 'upstream',
            direction: 'sent',
            what: `${call.receipt.status} ${call.receipt.exchange}: ${call.receipt.eventsWritten} events, ${call.receipt.bytesWritten} bytes, ended ${call.receipt.ended}`,
          },
        ];
  const refused: readonly Line[] =
    call.refused === undefined ? [] : [{ atMs: arrivedMs, side: 'upstream', direction: 'sent', what: `501: ${call.refused}` }];
  return [arrived, ...answered, ...refused];
};

const accountLine = ({ at, kind, method, host, path, members, status }: AccountCall, startedAt: number, redact: Redact): Line => ({
  atMs: round(Math.max(0, at - startedAt)),
  side: 'upstream',
  direction: 'received',
  what: joinParts(`${kind} ${method} ${host}${path}`, excerpt(JSON.stringify(members), redact), `answered ${status}`),
});

const stepLines = (sight: FullSight, startedAt: number, redact: Redact): readonly Line[] =>
  [
    sent(sight, redact),
    ...sight.upstreamCalls.flatMap((call) => upstreamLines(call, startedAt, redact)),
    ...(sight.accountCalls ?? []).map((call) => accountLine(call, startedAt, redact)),
    ...statusLine(sight),
    ...events(sight, redact),
    ...cameOf(sight, redact),
    ending(sight, redact),
  ].sort((a, b) => a.atMs - b.atMs);

/** Both sides of every step, in time, without credentials. At most 120 lines, each an excerpt. */
export const traceOf = (outcomes: ReadonlyMap<string, StepOutcome>, redact: Redact): TraceLine[] =>
  [...outcomes]
    .flatMap(([step, outcome]) =>
      outcome.kind === 'seen' ? stepLines(outcome.sight, outcome.startedAt, redact).map((line) => ({ ...line, step })) : [],
    )
    .slice(0, maxLines)
    .map((line) => ({ ...line, what: boundedText(line.what, redact) }));
