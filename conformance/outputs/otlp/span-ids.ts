import { createHash } from 'node:crypto';

import type { IdGenerator } from '@opentelemetry/sdk-trace';

export interface SpanPlace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

const digits = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length);

/** Ids follow from the round's id: whoever knows a round, result or incident finds its trace, also in another process. */
export const placeOfRound = (round: string): SpanPlace => ({ traceId: digits(`trace ${round}`, 32), spanId: digits(`round ${round}`, 16) });

export const placeOfResult = (round: string, result: string): SpanPlace => ({
  traceId: placeOfRound(round).traceId,
  spanId: digits(`result ${result}`, 16),
});

/** Result ids are the round's with a number behind. */
const numberBehind = /-\d+$/;

export const roundOfResult = (result: string): string | undefined =>
  numberBehind.test(result) ? result.replace(numberBehind, '') : undefined;

/** Hands the SDK the ids that are set. */
export const chosenIds = (): { readonly generator: IdGenerator; readonly choose: (place: SpanPlace) => void } => {
  let next = placeOfRound('');
  return {
    generator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    choose: (place) => {
      next = place;
    },
  };
};
