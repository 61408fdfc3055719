/** Tells open pages that something changed (server-sent events). It says of which targets, never what: the page asks again for itself. */
import type { ServerResponse } from 'node:http';

import type { CanaryClock } from '../../canary/clock.ts';

export interface LiveLimits {
  readonly listeners: number;
  /** What a listener that does not read may leave lying; then it is let go, and comes again when it can. */
  readonly bufferedBytes: number;
  /** Changes within so many milliseconds are told together. */
  readonly gatherMs: number;
  /** A comment is sent so often, for whatever ends silent connections on the way. */
  readonly heartbeatMs: number;
  /** More targets than this are told as "all". */
  readonly targets: number;
}

export const liveLimits: LiveLimits = { listeners: 200, bufferedBytes: 64 * 1_024, gatherMs: 250, heartbeatMs: 15_000, targets: 50 };

export interface LiveStream {
  /**
   * Takes over a response; to be asked first: whether there are `most` already.
   * @param lastSeen the id that the page was made at, or the last event that came; another one than ours: something was missed
   */
  readonly add: (response: ServerResponse, lastSeen: string | undefined) => void;
  /** Of the last change. A page that was made at that time knows all that was told until then. */
  readonly id: () => string;
  readonly changed: (target: string) => void;
  readonly listeners: () => number;
  readonly most: number;
  /** Ends all of them. */
  readonly close: () => void;
}

const head = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would collect the events otherwise.
  'x-accel-buffering': 'no',
};
const retryMs = 3_000;

export const newLiveStream = (clock: CanaryClock, limits: LiveLimits = liveLimits): LiveStream => {
  const listeners = new Set<ServerResponse>();
  /** Ids of another process must not look like ours. */
  const begun = clock.now().toString(36);
  let number = 0;
  let gathered = new Set<string>();
  let gathering: { readonly cancel: () => void } | undefined;
  let beating: { readonly cancel: () => void } | undefined;

  const letGo = (response: ServerResponse): void => {
    listeners.delete(response);
    if (listeners.size > 0) return;
    beating?.cancel();
    beating = undefined;
  };
  const send = (response: ServerResponse, text: string): void => {
    if (response.writableLength > limits.bufferedBytes) {
      letGo(response);
      response.destroy();
    } else response.write(text);
  };
  const beat = (): void => {
    for (const response of listeners) send(response, ': here\n\n');
    beating = listeners.size > 0 ? clock.after(limits.heartbeatMs, beat) : undefined;
  };
  const idNow = (): string => `${begun}-${number}`;
  const eventText = (targets: readonly string[] | undefined): string =>
    `id: ${idNow()}\nevent: changed\ndata: ${JSON.stringify(targets === undefined ? {} : { targets })}\n\n`;
  const flush = (): void => {
    gathering = undefined;
    number += 1;
    const text = eventText(gathered.size > limits.targets ? undefined : [...gathered]);
    gathered = new Set();
    for (const response of listeners) send(response, text);
  };

  return {
    add: (response, lastSeen) => {
      listeners.add(response);
      response.on('close', () => letGo(response));
      response.writeHead(200, head);
      response.write(`retry: ${retryMs}\nid: ${idNow()}\n\n`);
      // It was away, and something may have happened meanwhile.
      if (lastSeen !== undefined && lastSeen !== '' && lastSeen !== idNow()) response.write(eventText(undefined));
      beating ??= clock.after(limits.heartbeatMs, beat);
    },
    changed: (target) => {
      if (gathered.size <= limits.targets) gathered.add(target);
      gathering ??= clock.after(limits.gatherMs, flush);
    },
    id: idNow,
    listeners: () => listeners.size,
    most: limits.listeners,
    close: () => {
      gathering?.cancel();
      beating?.cancel();
      for (const response of listeners) response.end();
      listeners.clear();
    },
  };
};
