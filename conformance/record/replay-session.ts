import type { MatchMode, NearMiss } from '#fixtures/recordings/match';
import { openAiPathIn } from '#fixtures/recordings/openai-path';
import type { Recording } from '#fixtures/recordings/recording';
import { type ReplayOptions, startReplayUpstream } from '#fixtures/recordings/replay-upstream';

import type { Ended } from '../trace/started-client.ts';
import { type ClientRun, runClient, sdkBaseUrls, untilStopped } from './run-client.ts';

export interface ReplaySessionOptions extends ClientRun {
  readonly recordings: readonly Recording[];
  readonly host: string;
  readonly port: number;
  readonly speed: NonNullable<ReplayOptions['speed']>;
  readonly match: MatchMode;
  readonly repeatLast: boolean;
  readonly onListening: (url: string) => void;
  readonly onUnmatched: (nearMiss: NearMiss) => void;
}

/** What a session came to. */
export interface ReplaySessionResult {
  /** Answers, those that were played again included. */
  readonly played: number;
  readonly unused: readonly string[];
  readonly unmatched: number;
  /** Of the client, where there was one. */
  readonly ended?: Ended;
}

/** Replays until the client ends (without a command there is none), or until it is stopped. Rejects like startReplayUpstream and runClient. */
export const replaySession = async (options: ReplaySessionOptions): Promise<ReplaySessionResult> => {
  let [played, unmatched] = [0, 0];
  const upstream = await startReplayUpstream({
    ...options,
    onPlayed: () => {
      played += 1;
    },
    onUnmatched: (nearMiss) => {
      unmatched += 1;
      options.onUnmatched(nearMiss);
    },
  });
  let ended: Ended | undefined;
  try {
    options.onListening(upstream.url);
    if (options.command.length > 0) ended = await runClient(sdkBaseUrls(upstream.url, openAiPathIn(options.recordings)), options);
    else await untilStopped(options.signal);
  } finally {
    await upstream.close();
  }
  return { played, unused: upstream.unused(), unmatched, ...(ended !== undefined && { ended }) };
};
