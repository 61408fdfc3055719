import type { Arbitrary } from 'fast-check';
import type * as FastCheck from 'fast-check';

import { bytesOf, recordedBytes } from '#fixtures/recordings/recorded-bytes';
import type { RecordedAnswer } from '#fixtures/recordings/recording';

/** What a pass-through may tell of an answer: any framing, any chunks, any ending, with short delays. */
export interface ArbitraryAnswer {
  readonly method: 'GET' | 'HEAD';
  readonly answer: RecordedAnswer;
}

type Fields = RecordedAnswer['fields'];
type Pieces = RecordedAnswer['pieces'];

const lengthOf = (pieces: Pieces): number => pieces.reduce((sum, piece) => sum + bytesOf(piece).length, 0);

/** Cuts bytes anywhere, inside characters too. */
const cut = (bytes: Buffer, sizes: readonly number[], delays: readonly number[]): Pieces => {
  const pieces: Pieces = [];
  let from = 0;
  for (let index = 0; from < bytes.length; index += 1) {
    const to = from + (sizes[index % sizes.length] ?? 1);
    pieces.push({ afterMs: delays[index % delays.length] ?? 0, ...recordedBytes(bytes.subarray(from, to)) });
    from = to;
  }
  return pieces;
};

const arbitraryPieces = (fc: typeof FastCheck): Arbitrary<Pieces> => {
  const events = fc
    .array(fc.string({ unit: 'grapheme', maxLength: 40 }))
    .map((texts) => texts.map((text) => `data: ${JSON.stringify(text)}\n\n`).join(''));
  const bytes = fc.oneof(
    events.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw)),
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
  const delays = fc.array(fc.constantFrom(0, 0, 0.4, 1, 3), { minLength: 1, maxLength: 8 });
  return fc.tuple(bytes, sizes, delays).map(([all, some, waits]) => cut(all, some, waits));
};

const arbitraryFields = (fc: typeof FastCheck): Arbitrary<Fields> => {
  const name = fc.constantFrom('X-Request-Id', 'x-request-id', 'Server', 'SET-COOKIE', 'Content-Type', 'x-ratelimit-Reset', 'Date', 'Via');
  const value = fc.stringMatching(/^([!-~\u00a1-\u00ff]{1,20}( [!-~]{1,9})?)?$/);
  return fc.array(fc.tuple(name, value), { maxLength: 6 });
};

/** The fields with one more at some place. */
const withField = (fields: Fields, at: number, ...more: Fields): Fields => {
  const place = at % (fields.length + 1);
  return [...fields.slice(0, place), ...more, ...fields.slice(place)];
};

const cutChunk = (half: string): Pick<RecordedAnswer, 'tail'> => (half === '' ? {} : { tail: { utf8: `ff\r\n${half}` } });

/**
 * Answers as a recorder would have written them, so that a recording of their replay has to be the same but for the times. `fc` is handed in,
 * so that whoever needs no such answers loads no generator.
 */
export const arbitraryAnswer = (fc: typeof FastCheck): Arbitrary<ArbitraryAnswer> => {
  const fields = arbitraryFields(fc);
  const pieces = arbitraryPieces(fc);
  const some = pieces.filter((made) => made.length > 0);
  const place = fc.nat(20);
  const common = fc.record({
    status: fc.constantFrom(200, 201, 400, 429, 500, 599),
    reason: fc.stringMatching(/^([A-Za-z][A-Za-z ]{0,12}[a-z])?$/),
    headAfterMs: fc.constantFrom(0, 2),
    endAfterMs: fc.constantFrom(0, 2),
    informational: fc.array(fc.record({ status: fc.constantFrom(102, 103, 199), fields }), { maxLength: 2 }),
  });
  const connection = fc.constantFrom<Fields>([], [['Connection', 'keep-alive']], [['connection', 'close']]);
  const trailers = fc.array(fc.tuple(fc.constantFrom('X-Sum', 'x-b'), fc.constantFrom('1', 'two words')), { maxLength: 2 });
  const ends = fc.constantFrom<'complete' | 'fin' | 'reset'>('complete', 'complete', 'fin', 'reset');
  const chunked = fc
    .tuple(fields, connection, place, pieces, ends, trailers, fc.stringMatching(/^[a-z]{0,9}$/))
    .map(([named, link, at, body, end, last, half]) => ({
      version: '1.1' as const,
      fields: withField(named, at, ['Transfer-Encoding', 'chunked'], ...link),
      framing: 'chunked' as const,
      pieces: body,
      ends: end,
      ...(end === 'complete' ? last.length > 0 && { trailers: last } : cutChunk(half)),
    }));
  const version = fc.constantFrom<'1.0' | '1.1'>('1.0', '1.1', '1.1');
  const length = fc.tuple(version, fields, connection, place, some, ends).map(([of, named, link, at, body, end]) => ({
    version: of,
    fields: withField(named, at, ['Content-Length', String(lengthOf(body) + (end === 'complete' ? 0 : 9))], ...link),
    framing: 'length' as const,
    pieces: body,
    ends: end,
  }));
  const empty = fc.tuple(fields, place).map(([named, at]) => ({
    version: '1.1' as const,
    fields: withField(named, at, ['content-length', '0']),
    framing: 'length' as const,
    pieces: [],
    ends: 'complete' as const,
  }));
  const close = fc
    .tuple(version, fields, pieces, fc.constantFrom<'complete' | 'reset'>('complete', 'complete', 'reset'))
    .map(([of, named, body, end]) => ({ version: of, fields: named, framing: 'close' as const, pieces: body, ends: end }));
  const none = fc.tuple(fields, place).map(([named, at]) => ({
    version: '1.1' as const,
    fields: withField(named, at, ['Content-Length', '7']),
    framing: 'none' as const,
    pieces: [],
    ends: 'complete' as const,
  }));
  const whole = fc.tuple(common, fc.oneof(chunked, chunked, length, empty, close, none)).map(([{ informational, ...head }, body]) => ({
    method: body.framing === 'none' ? ('HEAD' as const) : ('GET' as const),
    answer: { ...head, ...body, ...(body.version === '1.1' && informational.length > 0 && { informational }) },
  }));
  return whole;
};
