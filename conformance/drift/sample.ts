import { isEventStreamType } from '#fixtures/event-stream-type';
import type { Exchange, SurfaceId } from '#fixtures/exchange';
import { parseJson } from '#fixtures/parse-json';
import { bytesOf } from '#fixtures/recordings/recorded-bytes';
import type { Recording } from '#fixtures/recordings/recording';
import { parseEvents, type ServerSentEvent } from '#fixtures/sse';

import { decodeContent } from './decode-content.ts';

/** What an upstream answered, read for its meaning: bytes that are no JSON and no events are only counted. */
export type SampleBody =
  | { readonly form: 'json'; readonly value: unknown }
  | { readonly form: 'events'; readonly events: readonly ServerSentEvent[]; readonly rest: string }
  | { readonly form: 'other'; readonly text: string };

/** One request and its answer, whether it was written as an exchange, recorded, or has just come. */
export interface Sample {
  readonly id: string;
  /** Samples of one group answer the same request: what differs between them is chance. */
  readonly group: string;
  /** Absent where the upstream speaks none that the fixtures know. */
  readonly surface?: SurfaceId;
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly status: number;
  /** Lower-case names; values of one name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: SampleBody;
  readonly ends: 'complete' | 'cut';
  /** Pieces in which the body came. */
  readonly pieces: number;
  /** Why the body is not read: then it is of form `other`, without text. */
  readonly unread?: string;
  /** Why there is no answer at all: then nothing but the question is known. */
  readonly noAnswer?: string;
  /** Where a recorder put placeholders for what was said, as `body.choices[].message.content`: no rule is to judge it. */
  readonly unsaid?: readonly string[];
  /** Absent where nobody measured: the times of an exchange are written, not taken. */
  readonly times?: {
    /** From the request to the first byte of the body, or to the head where there is none. */
    readonly firstByteMs: number;
    /** From each piece to the next. */
    readonly betweenMs: readonly number[];
  };
}

/** `chat/text.again-2` is the second answer to what `chat/text` asked. */
export const groupOf = (id: string): string => id.replace(/\.again-\d+$/, '');

/** Deeper is no vendor's answer but an attempt on the stack of whoever reads it. */
const mostNested = 500;

const isTooDeep = (value: unknown): boolean => {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostNested) return true;
    level = level.flatMap((one): readonly unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
};

const parsedIn = (body: SampleBody): readonly unknown[] => {
  if (body.form === 'json') return [body.value];
  if (body.form === 'other') return [];
  return body.events.flatMap(({ data }) => {
    const json = parseJson(data);
    return 'value' in json ? [json.value] : [];
  });
};

const nothingRead: SampleBody = { form: 'other', text: '' };

const readBody = (headers: Readonly<Record<string, string>>, bytes: Buffer): SampleBody => {
  if (isEventStreamType(headers['content-type'])) return { form: 'events', ...parseEvents(bytes) };
  const text = bytes.toString('utf8');
  const json = parseJson(text);
  return 'value' in json ? { form: 'json', value: json.value } : { form: 'other', text };
};

const readWhole = (headers: Readonly<Record<string, string>>, bytes: Buffer): Pick<Sample, 'body' | 'unread'> => {
  const body = readBody(headers, bytes);
  return parsedIn(body).some(isTooDeep) ? { body: nothingRead, unread: `its JSON is nested more than ${mostNested} deep` } : { body };
};

/** An exchange of the fixtures as a sample. */
export const sampleOfExchange = ({ id, dialect, request, response }: Exchange): Sample => ({
  id,
  group: groupOf(id),
  surface: dialect,
  request: { method: request.method, path: request.path, ...(request.body !== undefined && { body: request.body }) },
  status: response.status,
  headers: response.headers,
  ...readWhole(response.headers, Buffer.concat(response.chunks.map(bytesOf))),
  ends: response.ends === 'closed' ? 'complete' : 'cut',
  pieces: response.chunks.length,
});

const joined = (fields: readonly (readonly [string, string])[]): Readonly<Record<string, string>> => {
  const byName = new Map<string, string>();
  for (const [name, value] of fields) {
    const before = byName.get(name.toLowerCase());
    byName.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(byName);
};

const readEncoded = (headers: Readonly<Record<string, string>>, bytes: Buffer): Pick<Sample, 'body' | 'unread'> => {
  const decoded = decodeContent(bytes, headers['content-encoding'] ?? '');
  return 'bytes' in decoded ? readWhole(headers, decoded.bytes) : { body: nothingRead, unread: decoded.because };
};

const timesOf = ({ headAfterMs, pieces }: NonNullable<Recording['answer']>): NonNullable<Sample['times']> => {
  const [first, ...rest] = pieces.map(({ afterMs }) => afterMs);
  return { firstByteMs: headAfterMs + (first ?? 0), betweenMs: rest };
};

/** In the answer's body, by the recording's own list. One that was replaced as a whole is of no form that a rule knows, before and after. */
const unsaidIn = ({ redactions }: Recording): Pick<Sample, 'unsaid'> => {
  const paths = redactions.flatMap(({ path, kind }) =>
    kind === 'content' && /^answer\.body[.[]/.test(path) ? [path.slice('answer.'.length)] : [],
  );
  return paths.length === 0 ? {} : { unsaid: paths };
};

/** A recording without an answer as a sample that says so. */
export const questionOf = ({ id, provenance, request, socket }: Recording): Sample => ({
  id,
  group: groupOf(id),
  ...(provenance.surface !== undefined && { surface: provenance.surface }),
  request: { method: request.method, path: request.target },
  status: 0,
  headers: {},
  body: { form: 'other', text: '' },
  ends: 'cut',
  pieces: 0,
  noAnswer: socket === undefined ? 'it had no answer' : 'a WebSocket, which has no answer to compare',
});

/** A recording as a sample; undefined for a socket, which has no status and no body. */
export const sampleOfRecording = (recording: Recording): Sample | undefined => {
  const { id, provenance, request, answer } = recording;
  if (answer === undefined) return undefined;
  const headers = joined(answer.fields);
  const asked = request.body === undefined ? undefined : parseJson(bytesOf(request.body).toString('utf8'));
  return {
    id,
    group: groupOf(id),
    ...(provenance.surface !== undefined && { surface: provenance.surface }),
    request: { method: request.method, path: request.target, ...(asked !== undefined && 'value' in asked && { body: asked.value }) },
    status: answer.status,
    headers,
    ...readEncoded(headers, Buffer.concat(answer.pieces.map(bytesOf))),
    ends: answer.ends === 'complete' ? 'complete' : 'cut',
    pieces: answer.pieces.length,
    times: timesOf(answer),
    ...unsaidIn(recording),
  };
};
