import type { SurfaceId } from '#fixtures/exchange';
import type { Script } from '#fixtures/upstreams/script';
import { allOf, deviates, everyUpstreamCall, holds, says, type FullSight, type Reading } from '#scenarios/kit/index';

/** What every vendor says, in three events. */
export const words = ['Wireproof', ' says', ' ok.'] as const;
export const said = words.join('');

const streamed = (surface: SurfaceId): string => `${surface}/text.stream`;

/** Each word is sent when the caller has the one before: a step and no clock. */
export const wordByWord: Script = ({ surface }) => ({ exchange: streamed(surface), untilSeen: words });

/** A line that only a proxy writes while its vendor thinks: a comment, or an event that says that it lives. */
const signOfLife = ':';

/** Silent until the caller has seen a sign of life, and then the answer. */
export const silentAtFirst: Script = ({ surface }) => ({ exchange: streamed(surface), silentUntilSeen: signOfLife });

/** Silent until the caller has seen a sign of life, and then out of order. */
export const failsAfterSilence: Script = ({ surface }) => ({ exchange: `${surface}/server-error`, silentUntilSeen: signOfLife });

/** Holds when the upstream was asked for a stream, and never waited in vain for its caller. */
export const arrivedInStep = (sight: FullSight): Reading =>
  everyUpstreamCall(sight, ({ stream, receipt }) => {
    if (!stream) return deviates({ expected: 'an upstream that is asked for a stream', actual: 'a plain request' });
    const held = receipt?.held;
    if (held === undefined) return holds();
    return deviates({ expected: `${held} at the caller before the upstream goes on`, actual: `${held} held back until more came` });
  });

/** Holds when the caller got each word before the next was sent, and all of them. */
export const cameWordByWord = (sight: FullSight): Reading => allOf(says(sight, said), arrivedInStep(sight));

/** The same through a reverse proxy. Where a word was held back, what came round it names the hop that did. */
export const cameThrough = (through: FullSight, around: FullSight): Reading => {
  const reading = cameWordByWord(through);
  if (reading.kind !== 'deviates') return reading;
  const hop = cameWordByWord(around).kind === 'holds' ? 'the reverse proxy holds it: ' : 'the target holds it, ';
  const where = cameWordByWord(around).kind === 'holds' ? 'at its own address every word came' : 'at its own address, too';
  return { ...reading, evidence: `${hop}${where}` };
};
