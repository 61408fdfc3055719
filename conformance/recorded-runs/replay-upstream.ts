import { bytesOf } from '#fixtures/recordings/recorded-bytes';
import type { RecordedAnswer, Recording, Unanswered } from '#fixtures/recordings/recording';
import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { loadRouting } from '#fixtures/upstreams/routing';
import type { Play, Script } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { notInRecording } from '../engine/not-in-recording.ts';
import { CallFinder } from './call-finder.ts';
import { withTimesAhead } from './times-ahead.ts';

/**
 * An answer that its client left ends where it was left. What the script lets it wait for behind that never came, then as now. Each text
 * stands behind the one before it.
 */
const waitedFor = ({ untilSeen = [] }: Play, { answer }: Recording): readonly string[] => {
  if (untilSeen.length === 0 || answer?.ends === 'complete') return untilSeen;
  const bytes = Buffer.concat((answer?.pieces ?? []).map(bytesOf));
  let from = 0;
  return untilSeen.filter((text) => {
    const at = bytes.indexOf(text, from);
    if (at >= 0) from = at + Buffer.byteLength(text);
    return at >= 0;
  });
};

/** Longer than any arm. */
const silenceMs = 3_600_000;

/** Silence lasts until the client leaves, also where it leaves later than it did. */
const untilLeft = <Part extends RecordedAnswer | Unanswered>(part: Part): Part =>
  part.ends === 'open' ? { ...part, endAfterMs: silenceMs } : part;

/** Where the head says how long a body is, its last byte is the end: its client may have gone on by then. */
const withoutLinger = (answer: RecordedAnswer): RecordedAnswer => {
  const endsItself = answer.ends === 'complete' && (answer.framing === 'length' || answer.framing === 'none');
  return endsItself ? { ...answer, endAfterMs: 0 } : answer;
};

const playOf = (play: Play, recording: Recording, nowMs: number): Play => {
  const { answer, unanswered, provenance } = recording;
  const played = {
    ...(answer !== undefined && { answer: untilLeft(withoutLinger(withTimesAhead(answer, provenance, nowMs))) }),
    ...(unanswered !== undefined && { unanswered: untilLeft(unanswered) }),
  };
  return { ...play, untilSeen: waitedFor(play, recording), recorded: { recording: played, speed: 1 } };
};

/**
 * The scenario's script still names the exchange and what the answer waits for; every byte, every delay and the end are the recording's.
 * Delays are the recorded ones: whoever judges by the clock, a proxy's timeout above all, must find it as it was.
 */
const recorded =
  (script: Script, finder: CallFinder): Script =>
  (request) => {
    const play = script(request);
    const recording = finder.find(request);
    if (recording !== undefined) return playOf(play, recording, request.at);
    const { method, surface, path, token, callIndex } = request;
    throw new Error(notInRecording(`no recording for ${method} ${path} of ${surface}, token ${token}, its call ${callIndex + 1}`));
  };

/** Starts the mocked upstreams with recordings for their answers. Rejects with the system's error when the port is taken. */
export const startReplayedUpstream = async (
  recordings: readonly Recording[],
  options: { readonly port?: number },
): Promise<MockUpstream> => {
  const finder = new CallFinder(recordings, await loadRouting());
  const mock = await startMockUpstream(options);
  return { ...mock, script: (token, script) => mock.script(token, recorded(script, finder)) };
};
