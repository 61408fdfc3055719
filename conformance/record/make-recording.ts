import { recordedBytes } from '#fixtures/recordings/recorded-bytes';
import type { RecordedAnswer, Unanswered, UnsealedRecording } from '#fixtures/recordings/recording';

import type { Captured, CapturedAnswer, CapturedFrame, CapturedRequest, CapturedSocket, Fields } from './captured.ts';
import type { Placeholders } from './placeholders.ts';
import { type BodyFields, redactBody, redactFrames, redactPieces } from './redact-body.ts';
import { type FieldContext, redactFields, redactProtocol } from './redact-fields.ts';
import { redactMount, redactTarget } from './redact-target.ts';
import { Redactions } from './redactions.ts';
import { Refusal } from './refusal.ts';
import { withoutSensitive } from './replaced.ts';
import { surfaceOf } from './surface-of.ts';

export interface MakeOptions {
  readonly upstream: string;
  /** Name and version of what records. */
  readonly tool: string;
  readonly allowed: ReadonlySet<string>;
  readonly dropContent: boolean;
  /** Of the whole set of recordings. */
  readonly placeholders: Placeholders;
  /** Nothing is taken out of answers: the upstream is our own, and whatever looks like a secret there is none. */
  readonly asAnswered?: true;
  /** An answer that its client left is kept as far as it came: silence follows. */
  readonly keepOpen?: true;
}

type Parts = Pick<UnsealedRecording, 'request' | 'answer' | 'socket' | 'unanswered'>;

const fieldOf = (fields: Fields, wanted: string): string | undefined => fields.find(([name]) => name.toLowerCase() === wanted)?.[1].trim();

const bodyFieldsOf = (fields: Fields): BodyFields => ({
  encoding: fieldOf(fields, 'content-encoding')?.toLowerCase(),
  contentType: fieldOf(fields, 'content-type'),
});

const rounded = (ms: number): number => Math.max(0, Math.round(ms * 10) / 10);

const tooLarge = (what: string): Refusal => new Refusal('too-large', `${what} is larger than what is kept`);

/** `Host` was the recorder's own: the upstream's takes its place. */
const withHost = (fields: Fields, upstream: string): Fields =>
  fields.map(([name, value]) => [name, name.toLowerCase() === 'host' ? new URL(upstream).host : value]);

const requestOf = (request: CapturedRequest, { upstream }: MakeOptions, context: FieldContext): Parts['request'] => {
  if (request.body === undefined) throw tooLarge('the request');
  if (!request.whole) throw new Refusal('request-cut', 'the answer was there before the end of the request');
  const body = redactBody(request.body, 'request.body', bodyFieldsOf(request.fields), context);
  return {
    method: request.method,
    target: redactTarget(request.target, context),
    fields: redactFields(withHost(request.fields, upstream), 'request.fields', context),
    ...(body.length > 0 && { body: recordedBytes(body) }),
  };
};

/** What is done to the parts of an answer before they are written. */
interface Treatment {
  readonly fields: (fields: Fields, place: string) => [string, string][];
  readonly pieces: (pieces: readonly Buffer[], fields: BodyFields) => readonly Buffer[];
  readonly reason: (reason: string) => string;
}

const asTheyAre: Treatment = {
  fields: (fields) => fields.map(([name, value]) => [name, value]),
  pieces: (pieces) => pieces,
  reason: (reason) => reason,
};

const redacting = (context: FieldContext): Treatment => ({
  fields: (fields, place) => redactFields(fields, place, context),
  pieces: (pieces, fields) => redactPieces(pieces, 'answer.body', fields, context),
  reason: (reason) => withoutSensitive(reason, 'answer.reason', context),
});

const piecesOf = (answer: CapturedAnswer, treated: Treatment): Pick<RecordedAnswer, 'pieces' | 'tail'> => {
  const { pieces, tail } = answer.body;
  const bytes = [...pieces.map((piece) => piece.bytes), tail];
  // What is broken at the end is no longer what its encoding says, but what comes before it is.
  const redacted = treated.pieces(bytes, bodyFieldsOf(answer.fields));
  let before = answer.headAtMs;
  const recorded = pieces.map(({ atMs }, index) => {
    const afterMs = rounded(atMs - before);
    before = atMs;
    return { afterMs, ...recordedBytes(redacted[index] ?? Buffer.alloc(0)) };
  });
  const last = redacted.at(-1);
  return { pieces: recorded, ...(last !== undefined && last.length > 0 && { tail: recordedBytes(last) }) };
};

const informationalOf = ({ informational }: CapturedAnswer, treated: Treatment): Pick<RecordedAnswer, 'informational'> => {
  if (informational.length === 0) return {};
  return {
    informational: informational.map(({ status, fields }) => ({ status, fields: treated.fields(fields, 'answer.informational') })),
  };
};

const answerOf = (answer: CapturedAnswer, treated: Treatment): RecordedAnswer => {
  if (answer.body.tooLarge) throw tooLarge('the answer');
  const lastAt = answer.body.pieces.at(-1)?.atMs ?? answer.headAtMs;
  return {
    status: answer.status,
    reason: treated.reason(answer.reason),
    version: answer.version,
    ...informationalOf(answer, treated),
    fields: treated.fields(answer.fields, 'answer.fields'),
    headAfterMs: rounded(answer.headAfterMs),
    framing: answer.framing,
    ...piecesOf(answer, treated),
    ...(answer.trailers.length > 0 && { trailers: treated.fields(answer.trailers, 'answer.trailers') }),
    ends: answer.ends,
    endAfterMs: rounded(answer.endedAtMs - lastAt),
  };
};

/** The bytes of each frame, redacted by its side: a value may begin in one frame and end in another of the same side. */
const framesOf = ({ frames }: CapturedSocket, context: FieldContext): ReadonlyMap<CapturedFrame, Buffer> => {
  const redacted = new Map<CapturedFrame, Buffer>();
  for (const side of ['client', 'upstream'] as const) {
    const own = frames.filter(({ from }) => from === side);
    const bytes = redactFrames(
      own.map(({ data }) => data),
      `socket.${side}`,
      context,
    );
    for (const [index, frame] of own.entries()) redacted.set(frame, bytes[index] ?? frame.data);
  }
  return redacted;
};

const socketOf = (socket: CapturedSocket, context: FieldContext): NonNullable<Parts['socket']> => {
  if (socket.tooLarge) throw tooLarge('what the socket carried');
  const redacted = framesOf(socket, context);
  let before = socket.startedAtMs;
  const frames = socket.frames.map((frame) => {
    const { from, atMs, kind, data, code } = frame;
    const afterMs = rounded(atMs - before);
    before = atMs;
    return { from, afterMs, kind, data: recordedBytes(redacted.get(frame) ?? data), ...(code !== undefined && { code }) };
  });
  const protocol = socket.protocol === undefined ? undefined : redactProtocol(socket.protocol, 'socket.protocol', context);
  return { ...(protocol !== undefined && { protocol }), frames, ends: socket.ends };
};

const silence: Unanswered = { ends: 'open', endAfterMs: 0 };

/** As far as it came before the client left. */
const openParts = (request: Parts['request'], { answer }: Captured, treated: Treatment): Parts => {
  if (answer === undefined) return { request, unanswered: silence };
  return { request, answer: answerOf({ ...answer, ends: answer.body.whole ? 'complete' : 'open' }, treated) };
};

const partsOf = (captured: Captured, options: MakeOptions, context: FieldContext): Parts => {
  const isLeft = captured.spoiled?.by === 'client-left' && captured.socket === undefined;
  const keepsIt = isLeft && options.keepOpen === true;
  if (captured.spoiled !== undefined && !keepsIt) throw new Refusal(captured.spoiled.by, captured.spoiled.detail);
  const request = requestOf(captured.request, options, context);
  const treated = options.asAnswered === true ? asTheyAre : redacting(context);
  if (keepsIt) return openParts(request, captured, treated);
  if (captured.answer !== undefined) return { request, answer: answerOf(captured.answer, treated) };
  if (captured.socket !== undefined) return { request, socket: socketOf(captured.socket, context) };
  throw new Refusal('no-answer', 'the upstream gave no answer');
};

const modelIn = (body: string): string | undefined => /"model"\s*:\s*"([\w.:/-]{1,80})"/.exec(body)?.[1];

/** What a captured exchange is as a recording, all but its name and its seal. Throws {@link Refusal} where it must not be one. */
export const makeRecording = (captured: Captured, options: MakeOptions): Omit<UnsealedRecording, 'id'> => {
  const { upstream, tool, allowed, dropContent, placeholders } = options;
  const redactions = new Redactions();
  const context = { placeholders, redactions, dropContent, allowed };
  const parts = partsOf(captured, options, context);
  const { request } = parts;
  const surface = surfaceOf(request.target);
  const model = request.body !== undefined && 'utf8' in request.body ? modelIn(request.body.utf8) : undefined;
  return {
    schema: 'wireproof.recording/v1',
    provenance: {
      at: new Date(captured.at).toISOString(),
      upstream: redactMount(upstream, context),
      tool,
      ...(surface !== undefined && { surface }),
      ...(model !== undefined && { model }),
    },
    redactions: redactions.list(),
    ...parts,
  };
};
