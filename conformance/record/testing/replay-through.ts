import type { Recording } from '#fixtures/recordings/recording';
import { startReplayUpstream } from '#fixtures/recordings/replay-upstream';

import type { Captured } from '../captured.ts';
import { startPassThrough } from '../pass-through.ts';

export interface ReplayThrough {
  /** Of the pass-through. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Replays recordings as they were, with their delays, to a pass-through that captures them again. */
export const replayThrough = async (recordings: readonly Recording[], onCaptured: (captured: Captured) => void): Promise<ReplayThrough> => {
  const upstream = await startReplayUpstream({ recordings });
  const passThrough = await startPassThrough({
    upstream: upstream.url,
    host: '127.0.0.1',
    port: 0,
    mostBytes: 1_048_576,
    idleMs: 20_000,
    plain: false,
    now: () => 0,
    onCaptured,
  });
  return {
    url: passThrough.url,
    close: async () => {
      await passThrough.close();
      await upstream.close();
    },
  };
};
