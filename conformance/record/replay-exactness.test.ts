import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import type { RecordedSocket } from '#fixtures/recordings/recording';

import { arbitraryAnswer } from './testing/arbitrary-answer.ts';
import { recapture } from './testing/recapture.ts';
import { recaptureSocket } from './testing/recapture-socket.ts';

it('replays 50 answers so that a recording of the replay is the recording: bytes, chunks, fields and endings', async () => {
  const answers = fc.sample(arbitraryAnswer(fc), { numRuns: 50, seed: 20_261_123 });
  const framings = new Set(answers.map(({ answer: { framing, ends } }) => `${framing} ${ends}`));
  expect(framings.size).toBeGreaterThanOrEqual(8);
  for (const { recorded, captured } of await recapture(answers, 4)) expect(captured).toEqual(recorded);
});

const frame = fc.record({
  from: fc.constantFrom('client' as const, 'upstream' as const),
  afterMs: fc.constantFrom(0, 0, 2),
  kind: fc.constantFrom('text' as const, 'binary' as const, 'ping' as const, 'pong' as const),
  data: fc.string({ unit: 'grapheme', maxLength: 40 }).map((utf8) => ({ utf8 })),
});
const last = fc.record({
  from: fc.constantFrom('client' as const, 'upstream' as const),
  afterMs: fc.constant(0),
  kind: fc.constant('close' as const),
  data: fc.constantFrom({ utf8: 'bye' }, { utf8: '' }),
  code: fc.constantFrom(1_000, 1_011, 4_001),
});
const conversation: fc.Arbitrary<RecordedSocket> = fc.oneof(
  fc.tuple(fc.array(frame, { maxLength: 8 }), last).map(([frames, end]) => ({ frames: [...frames, end], ends: 'close' as const })),
  fc.array(frame, { maxLength: 8 }).map((frames) => ({
    // Nobody can tell whether the client's last word had come when the upstream went.
    frames: [...frames, { from: 'upstream' as const, afterMs: 0, kind: 'text' as const, data: { utf8: 'last' } }],
    ends: 'fin' as const,
  })),
);

it('replays 20 sockets so that a recording of the replay has the same frames, in the same order, and the same end', async () => {
  for (const socket of fc.sample(conversation, { numRuns: 20, seed: 20_261_123 })) {
    const { recorded, captured } = await recaptureSocket(socket);
    expect(captured).toEqual(recorded);
  }
});
