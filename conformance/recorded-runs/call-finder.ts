import type { Recording } from '#fixtures/recordings/recording';
import type { Routing } from '#fixtures/upstreams/routing';
import type { UpstreamRequest } from '#fixtures/upstreams/script';

import { partsOfCallName } from './call-name.ts';

interface Entry {
  readonly recording: Recording;
  readonly surface: string;
  readonly path: string;
  readonly index: number;
  used: boolean;
}

/**
 * Finds the recording for each call: among those of its token, the next one of the same surface, method and path. The same request gets the
 * same recording again; another one gets another one, or nothing.
 */
export class CallFinder {
  readonly #byToken = new Map<string, Entry[]>();
  readonly #found = new WeakMap<UpstreamRequest, Recording>();

  constructor(recordings: readonly Recording[], routing: Routing) {
    for (const recording of recordings) this.#add(recording, routing);
    for (const entries of this.#byToken.values()) entries.sort((a, b) => a.index - b.index);
  }

  #add(recording: Recording, routing: Routing): void {
    const name = partsOfCallName(recording.id);
    const { method, target } = recording.request;
    const match = routing.match(method, target);
    if (name === undefined || match === undefined) return;
    const entry = { recording, surface: match.surface, path: match.path, index: name.index, used: false };
    const there = this.#byToken.get(name.token);
    if (there === undefined) this.#byToken.set(name.token, [entry]);
    else there.push(entry);
  }

  find(request: UpstreamRequest): Recording | undefined {
    const known = this.#found.get(request);
    if (known !== undefined) return known;
    const { token, surface, method, path } = request;
    const entry = this.#byToken
      .get(token)
      ?.find((one) => !one.used && one.surface === surface && one.path === path && one.recording.request.method === method);
    if (entry === undefined) return undefined;
    entry.used = true;
    this.#found.set(request, entry.recording);
    return entry.recording;
  }
}
