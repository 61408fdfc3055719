import { findToken } from '#fixtures/upstreams/read-request';

import { jsonOf, type Memory, type Message, type SocketFrame, type SocketMove } from './defect.ts';

/** For defects in WebSockets for Responses: the questions in them, and what answers them. */

type Json = Readonly<Record<string, unknown>>;

export const passOn = (frame: SocketFrame): readonly SocketMove[] => [{ pass: frame.isBinary ? frame.bytes : frame.text }];

export const passJson = (json: unknown): readonly SocketMove[] => [{ pass: JSON.stringify(json) }];

const jsonIn = ({ isBinary, bytes }: SocketFrame): Json | undefined => (isBinary ? undefined : jsonOf(bytes));

/** The caller's question, `undefined` for every other frame. */
export const questionIn = (frame: SocketFrame): Json | undefined => {
  const json = frame.from === 'caller' ? jsonIn(frame) : undefined;
  return json?.['type'] === 'response.create' ? json : undefined;
};

/** The proxy's event, `undefined` for what the caller sends. */
export const eventIn = (frame: SocketFrame): Json | undefined => (frame.from === 'proxy' ? jsonIn(frame) : undefined);

/** Questions as `edit` makes them; everything else as it came. */
export const editQuestion = (frame: SocketFrame, edit: (question: Json) => unknown): readonly SocketMove[] => {
  const question = questionIn(frame);
  return question === undefined ? passOn(frame) : passJson(edit(question));
};

/** Events of this type as `become` makes them; everything else as it came. */
export const editEvent = (frame: SocketFrame, type: string, become: (event: Json) => readonly SocketMove[]): readonly SocketMove[] => {
  const event = eventIn(frame);
  return event?.['type'] === type ? become(event) : passOn(frame);
};

/** An error frame, as the proxy would send it. */
export const errorFrame = (status: number, message: string): string =>
  JSON.stringify({ type: 'error', status, error: { message, type: 'invalid_request_error', param: null, code: null } });

/** What was noted of a step, by the token that is in both its question and its upstream request. */
export const noteOf = (memory: Memory, bytes: Buffer): unknown => memory.get(`note ${findToken(bytes) ?? ''}`);

export const note = (memory: Memory, bytes: Buffer, value: unknown): void => {
  const token = findToken(bytes);
  if (token !== undefined) memory.set(`note ${token}`, value);
};

/** A request for Responses over HTTP. */
export const isResponses = ({ method, path }: Message): boolean => method === 'POST' && path.startsWith('/v1/responses');
