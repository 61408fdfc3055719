import { request, type Dispatcher } from 'undici';

import { liveUserAgent } from '../../package-root.ts';
import type { CanaryClock } from '../clock.ts';

/** An answer of any kind shows that we are online; who does not answer for so long shows nothing. */
const withinMs = 5_000;
/** Many targets that fail at the same time ask once. */
const freshForMs = 5_000;

const answers = async (url: string, clock: CanaryClock, dispatcher: Dispatcher | undefined): Promise<boolean> => {
  const bound = new AbortController();
  const alarm = clock.after(withinMs, () => bound.abort());
  try {
    const { body } = await request(url, {
      signal: bound.signal,
      headers: { 'user-agent': liveUserAgent() },
      ...(dispatcher !== undefined && { dispatcher }),
    });
    body.on('error', () => undefined);
    body.destroy();
    return true;
  } catch {
    return false;
  } finally {
    alarm.cancel();
  }
};

/** True when we are online. */
export type Connectivity = () => Promise<boolean>;

/**
 * Looks whether the canary itself is online: one of its own addresses answers, whatever it says. Without addresses the targets are believed.
 * @param dispatcher undici's own by default
 */
export const openConnectivity = (urls: () => readonly string[], clock: CanaryClock, dispatcher?: Dispatcher): Connectivity => {
  let known: { readonly at: number; readonly online: boolean } | undefined;
  let asking: Promise<boolean> | undefined;
  const ask = async (): Promise<boolean> => {
    const seen = await Promise.all(urls().map((url) => answers(url, clock, dispatcher)));
    const online = seen.length === 0 || seen.includes(true);
    known = { at: clock.now(), online };
    return online;
  };
  return async () => {
    if (known !== undefined && Math.abs(clock.now() - known.at) < freshForMs) return known.online;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
};
