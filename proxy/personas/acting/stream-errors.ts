import type { WireEvent } from '../../dialects/dialect.ts';
import type { ErrorInfo } from '../../ir/chat.ts';
import type { Persona } from '../persona.ts';
import { errorBody } from './error-body.ts';

/** Words the events that tell a client of a failure inside of its stream. */
export type StreamErrorWords = (events: readonly WireEvent[], info: ErrorInfo) => readonly WireEvent[];

type Tree = Readonly<Record<string, unknown>>;

const withLast = (events: readonly WireEvent[], change: (last: WireEvent) => WireEvent): readonly WireEvent[] => {
  const last = events.at(-1);
  return last === undefined ? events : [...events.slice(0, -1), change(last)];
};

const edited = (event: WireEvent, edit: (tree: Tree) => Tree): WireEvent => ({
  ...event,
  data: JSON.stringify(edit(JSON.parse(event.data) as Tree)),
});

const withType = (tree: Tree): Tree => ({ ...tree, error: { ...(tree.error as Tree), type: 'api_error' } });

const atZero = (tree: Tree): Tree => ({ ...tree, sequence_number: 0 });

/** What a build does to the error event of a stream (sheets 1.5, row 17 (c)); `undefined` where the dialect's own words stand. */
export const streamErrorWords = (
  { streams, errors }: Pick<Persona, 'streams' | 'errors'>,
  dialect: string,
): StreamErrorWords | undefined => {
  if (dialect === 'anthropic-messages') {
    if (streams.anthropicErrorType === 'by-status') return undefined;
    return (events) => withLast(events, (last) => edited(last, withType));
  }
  if (dialect === 'openai-responses') {
    if (streams.responsesErrorNumber === 'next') return undefined;
    return (events) => withLast(events, (last) => edited(last, atZero));
  }
  if (streams.otherErrors === 'dialect') return undefined;
  const event = dialect === 'gemini-generate' ? { event: 'error' } : {};
  return (events, info) => withLast(events, (last) => ({ ...event, data: errorBody(errors, { dialect, info }) ?? last.data }));
};
