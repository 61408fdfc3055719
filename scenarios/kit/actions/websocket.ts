import { acting } from '../acting.ts';
import type { Action, ActionResult } from '../action.ts';
import { numberIn, textIn } from '../dialects/caller-dialect.ts';
import type { Probe } from '../probe.ts';
import type { CallerSight, SseEvent } from '../sight.ts';

/** Stands for the id of the last response that ended on the socket, as a client continues from it; empty before there is one. */
export const PREVIOUS_RESPONSE = '{previous-response}';

/** What the caller sends in one message: a JSON tree or exact text in a text frame, or bytes in a binary one. TOKEN stands for the step's token. */
export type SocketContent = { readonly json: unknown } | { readonly text: string } | { readonly base64: string };

export type SocketMessage = SocketContent & {
  /**
   * When it is sent. `answered`: when all messages before it have had their last frame (the default). `at-once`: behind the one before it.
   * A list: when a frame of one of these types has come since the message before it was sent.
   */
  readonly after?: 'answered' | 'at-once' | readonly string[];
};

/** Opens a WebSocket at the step's path with the step's credential, and leaves it when every message has had its last frame. */
export interface WebsocketAction extends Action {
  readonly kind: 'websocket';
  readonly messages: readonly SocketMessage[];
}

/** How a socket fared that was opened. */
export interface WebsocketResult extends ActionResult {
  readonly kind: 'websocket';
  /** Messages that were sent. */
  readonly sent: number;
  /** Who began to end the socket, or `nobody` when a bound did. */
  readonly endedBy: 'caller' | 'target' | 'nobody';
  /** Of the close frame that the target sent; 1005 for one without a code, 1006 when the connection ended without one. */
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** Compression of messages was agreed upon. */
  readonly compressed: boolean;
  readonly binaryFrames: number;
}

/** Types of frames behind which nothing comes for the message that they answer. Some builds say `response.done` (sheet X4 c). */
const lastFrames: readonly string[] = ['error', 'response.completed', 'response.incomplete', 'response.failed', 'response.done'];

/** Whether a frame is the last one of an answer. */
export const isLastFrame = ({ json }: Pick<SseEvent, 'json'>): boolean => lastFrames.includes(textIn(json, 'type') ?? '');

/** What Codex says at the upgrade. */
const codexHeaders = { 'openai-beta': 'responses_websockets=2026-02-06' };

type Options = Partial<Pick<Probe, 'path' | 'headers' | 'credential' | 'after' | 'timeoutMs' | 'maxOutputTokens' | 'laterMs'>>;

/**
 * A step that opens a WebSocket for Responses. The sight's status and headers are the handshake's (a refusal has its body too), its events
 * the text frames, and `sight.action` says how the socket ended.
 * @example websocket([{ json: { type: 'response.create', model: model(), input: `Say ok. ${TOKEN}` } }])
 */
export const websocket = (messages: readonly SocketMessage[], options: Options = {}): Probe => {
  const action: WebsocketAction = { kind: 'websocket', messages };
  const { headers, ...others } = options;
  return acting(action, {
    dialect: 'openai-responses',
    path: '/v1/responses',
    timeoutMs: 10_000,
    ...others,
    headers: { ...codexHeaders, ...headers },
  });
};

/** How the socket of the step fared; `undefined` when none was opened. */
export const socketOf = ({ action }: Pick<CallerSight, 'action'>): WebsocketResult | undefined =>
  action?.kind === 'websocket' ? (action as WebsocketResult) : undefined;

const segments = (events: readonly SseEvent[]): readonly (readonly SseEvent[])[] => {
  const all: SseEvent[][] = [[]];
  for (const event of events) {
    all.at(-1)?.push(event);
    if (isLastFrame(event)) all.push([]);
  }
  return all;
};

const failed = <Sight extends CallerSight>(sight: Sight, { data, json }: SseEvent): Sight => ({
  ...sight,
  status: numberIn(json, 'status') ?? numberIn(json, 'status_code') ?? 0,
  headers: { 'content-type': 'application/json' },
  bodyText: data,
  json,
  events: [],
  end: 'complete',
});

/**
 * One answer on the socket as HTTP would have given it, so that what reads answers reads this one: an event stream, or the error of an error
 * frame with its status. An answer that does not reach its last frame ends as the socket did. A refused upgrade stays what it is.
 * @param index which answer, in the order in which they ended
 */
export const answerOnSocket = <Sight extends CallerSight>(sight: Sight, index = 0): Sight => {
  if (socketOf(sight) === undefined) return sight;
  const events = segments(sight.events)[index] ?? [];
  const last = events.at(-1);
  if (last !== undefined && textIn(last.json, 'type') === 'error') return failed(sight, last);
  return {
    ...sight,
    probe: { ...sight.probe, stream: true },
    status: events.length === 0 ? 0 : 200,
    headers: { 'content-type': 'text/event-stream' },
    bodyText: events.map(({ data }) => data).join('\n'),
    events,
    end: last !== undefined && isLastFrame(last) ? 'complete' : sight.end,
  };
};
