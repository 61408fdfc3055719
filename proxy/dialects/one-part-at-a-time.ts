import type { ChatEvent } from '../ir/chat.ts';

type PartEvent = Extract<ChatEvent, { readonly index: number }>;

interface OpenPart {
  /** Its number on the way out. */
  readonly number: number;
  readonly waiting: PartEvent[];
}

/**
 * Orders a stream for wires on which parts never interleave: the oldest open part flows through at once, younger ones wait until it
 * ends. Parts are numbered anew, from 0 and without gaps. What is still open at the stop is ended first; an error drops what waits.
 */
export const onePartAtATime = (): ((event: ChatEvent) => readonly ChatEvent[]) => {
  /** By incoming number, oldest first: the first one flows, the others hold their events. */
  const open = new Map<number, OpenPart>();
  let started = 0;

  /** Empties the oldest part, and the ones behind it as long as each is complete. */
  const release = (): readonly ChatEvent[] => {
    const out: ChatEvent[] = [];
    for (const [index, part] of open) {
      const events = part.waiting.splice(0);
      for (const event of events) out.push(event);
      if (events.at(-1)?.kind !== 'part-end') break;
      open.delete(index);
    }
    return out;
  };

  const take = (event: PartEvent): readonly ChatEvent[] => {
    if (event.kind === 'part-start') open.set(event.index, { number: started++, waiting: [] });
    const part = open.get(event.index);
    if (!part) return []; // A part that never started or has been let go.
    part.waiting.push({ ...event, index: part.number });
    return release();
  };

  const endAll = (): readonly ChatEvent[] => {
    for (const { number, waiting } of open.values()) {
      if (waiting.at(-1)?.kind !== 'part-end') waiting.push({ kind: 'part-end', index: number });
    }
    return release();
  };

  return (event) => {
    if ('index' in event) return take(event);
    return event.kind === 'stop' ? [...endAll(), event] : [event];
  };
};
