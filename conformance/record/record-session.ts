import { openAiPathOf } from '#fixtures/recordings/openai-path';

import type { Ended } from '../trace/started-client.ts';
import { checkOutput } from './check-output.ts';
import { startPassThrough } from './pass-through.ts';
import type { PassThroughOptions } from './pass-through-options.ts';
import { Placeholders } from './placeholders.ts';
import { type Outcome, Recorder } from './recorder.ts';
import type { RefusalCode } from './refusal.ts';
import { type ClientRun, runClient, sdkBaseUrls, untilStopped } from './run-client.ts';

export interface SessionOptions extends Omit<PassThroughOptions, 'onCaptured'>, ClientRun {
  readonly directory: string;
  readonly tool: string;
  /** Names of header fields that are kept besides, in lower case. */
  readonly allowed: readonly string[];
  readonly dropContent: boolean;
  readonly onListening: (url: string) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** What a session came to. */
export interface SessionResult {
  readonly saved: number;
  readonly redacted: number;
  /** Saved ones whose requests cannot be asked again, since what was redacted in them is lost. */
  readonly unaskable: number;
  readonly refused: ReadonlyMap<RefusalCode, number>;
  /** Of the client, where there was one. */
  readonly ended?: Ended;
}

/**
 * Records until the client ends (without a command there is none), or until it is stopped. What is complete by then is written. Rejects with the system's error when the
 * address cannot be listened on, with ToolError when nothing can be written or there is no such program.
 */
export const recordSession = async (options: SessionOptions): Promise<SessionResult> => {
  checkOutput(options.directory);
  const refused = new Map<RefusalCode, number>();
  let [saved, redacted, unaskable] = [0, 0, 0];
  const onOutcome = (outcome: Outcome): void => {
    if (outcome.kind === 'saved') {
      saved += 1;
      redacted += outcome.redacted;
      if (outcome.unaskable) unaskable += 1;
    } else refused.set(outcome.code, (refused.get(outcome.code) ?? 0) + 1);
    options.onOutcome(outcome);
  };
  const { upstream, tool, directory, dropContent } = options;
  const allowed = new Set(options.allowed);
  const recorder = new Recorder({ upstream, tool, directory, dropContent, allowed, placeholders: new Placeholders(), onOutcome });
  const passThrough = await startPassThrough({ ...options, onCaptured: recorder.take });
  let ended: Ended | undefined;
  try {
    options.onListening(passThrough.url);
    if (options.command.length > 0) ended = await runClient(sdkBaseUrls(passThrough.url, openAiPathOf(upstream)), options);
    else await untilStopped(options.signal);
  } finally {
    await passThrough.close();
  }
  return { saved, redacted, unaskable, refused, ...(ended !== undefined && { ended }) };
};
