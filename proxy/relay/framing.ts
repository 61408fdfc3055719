import type { WireEvent } from '../dialects/dialect.ts';
import type { Framing } from './inbound.ts';

/** Writes events into the body of a streamed answer. */
export interface EventWriter {
  readonly contentType: string;
  /** All events of one step as one text, so that what arrived together leaves together. */
  readonly write: (events: readonly WireEvent[]) => string;
  /** What a complete body still owes. */
  readonly end: () => string;
}

const serverSentEvent = ({ event, data }: WireEvent): string => {
  const lines = data.includes('\n') ? data.split('\n').join('\ndata: ') : data;
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${lines}\n\n`;
};

const serverSentEvents = (): EventWriter => ({
  contentType: 'text/event-stream',
  write: (events) => events.map(serverSentEvent).join(''),
  end: () => '',
});

const jsonArray = (): EventWriter => {
  let count = 0;
  return {
    contentType: 'application/json',
    write: (events) => events.map(({ data }) => `${count++ === 0 ? '[' : ',\n'}${data}`).join(''),
    end: () => (count === 0 ? '[]' : ']'),
  };
};

export const newEventWriter = (framing: Framing): EventWriter => (framing === 'sse' ? serverSentEvents() : jsonArray());
