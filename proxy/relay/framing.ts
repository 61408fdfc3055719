import type { WireEvent } from '../dialects/dialect.ts';
import type { Framing } from './inbound.ts';

/** Writes events into the body of a streamed answer. */
export interface EventWriter {
  readonly contentType: string;
  /** All events of one step as one text, so that what arrived together leaves together. */
  readonly write: (events: readonly WireEvent[]) => string;
  /** What a complete body still owes. */
  readonly end: () => string;
  /** What may stand before, between and behind events and says nothing; empty when the framing has no such thing. */
  readonly keepAlive: string;
}

const serverSentEvent = ({ event, data }: WireEvent): string => {
  const lines = data.includes('\n') ? data.split('\n').join('\ndata: ') : data;
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${lines}\n\n`;
};

const serverSentEvents = (): EventWriter => ({
  contentType: 'text/event-stream',
  write: (events) => events.map(serverSentEvent).join(''),
  end: () => '',
  keepAlive: ': keep-alive\n\n',
});

const jsonArray = (): EventWriter => {
  let count = 0;
  return {
    contentType: 'application/json',
    write: (events) => events.map(({ data }) => `${count++ === 0 ? '[' : ',\n'}${data}`).join(''),
    end: () => (count === 0 ? '[]' : ']'),
    keepAlive: '\n',
  };
};

/** A line feed between the tokens of a JSON text means nothing, and inside of its strings there is none. `[DONE]` is no event. */
const line = ({ data }: WireEvent): string => (data.trim() === '[DONE]' ? '' : `${data.replaceAll(/[\r\n]+/g, ' ')}\n`);

const lines = (): EventWriter => ({
  contentType: 'application/x-ndjson',
  write: (events) => events.map(line).join(''),
  end: () => '',
  // Readers of JSON lines parse every line that they get.
  keepAlive: '',
});

const writers: Readonly<Record<Framing, () => EventWriter>> = { sse: serverSentEvents, 'json-array': jsonArray, lines };

export const newEventWriter = (framing: Framing): EventWriter => writers[framing]();
