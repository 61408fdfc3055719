import type { WebSocket } from 'ws';

import type { Dialect } from '../dialects/dialect.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import type { Step } from '../relay/answer-stream.ts';
import type { Opened } from '../relay/open-answer.ts';
import type { ExchangeEnd } from '../relay/record.ts';
import { streamSteps } from '../relay/reply.ts';
import type { ReplyHeaders } from '../relay/reply-headers.ts';
import type { Refusal, Sink } from '../relay/sink.ts';
import type { SocketPolicy } from '../personas/persona.ts';
import { closingEvent } from './client-socket.ts';
import { errorFrame } from './frames.ts';
import { isEnd, readEvent, ResponseReader } from './response-reader.ts';
import type { Answered } from './response-reader.ts';
import { sendFrame, sendFrames, sendLast } from './socket-writer.ts';
import type { EndSignal } from '../relay/departure.ts';

const usual: SocketPolicy = { failure: 'frame', completedEvent: 'response.completed' };

const requestFaults: readonly number[] = [400, 409, 413, 422];

const linesOf = (out: string | Buffer): readonly string[] =>
  out
    .toString()
    .split('\n')
    .filter((line) => line !== '');

/** What the proxy itself has to say of an answer: what was lost in translation, and which model answered instead. */
const ofThisProxy = (headers: ReplyHeaders): ReplyHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('wireproof-')));

/** What a step became: frames, and whether the last one is the error that ends the answer. */
interface Frames {
  readonly frames: readonly string[];
  readonly failed: boolean;
}

/** Answers one `response.create`: each event of the stream is one text frame, and an error is a frame that says its status. */
export class FrameSink implements Sink {
  readonly about = { transport: 'websocket' };
  readonly #socket: WebSocket;
  readonly #dialect: Dialect;
  readonly #policy: SocketPolicy;
  readonly #reader: ResponseReader;
  #status = 200;
  #ended = false;
  #told: ReplyHeaders = {};

  constructor(socket: WebSocket, dialect: Dialect, maxRememberedBytes: number, policy: SocketPolicy = usual) {
    this.#policy = policy;
    this.#socket = socket;
    this.#dialect = dialect;
    this.#reader = new ResponseReader(maxRememberedBytes);
  }

  /** What a later request may continue, when the answer has ended well. */
  get answered(): Answered | undefined {
    return this.#reader.answered;
  }

  readonly status = (): number => this.#status;

  readonly onLeft = (left: () => void): (() => void) => {
    this.#socket.once('close', left).once(closingEvent, left);
    return () => {
      this.#socket.off('close', left).off(closingEvent, left);
    };
  };

  readonly giveWhole = async (
    { body }: Extract<Opened, { kind: 'whole' }>,
    headers: ReplyHeaders,
    signal: EndSignal,
  ): Promise<ExchangeEnd> => {
    this.#told = ofThisProxy(headers);
    const { frames, failed } = this.#framesOf({ out: body });
    if (!(await sendFrames(this.#socket, frames, signal))) return 'client-left';
    return failed ? 'broken-stream' : 'complete';
  };

  readonly giveStream = async (
    opened: Extract<Opened, { kind: 'stream' }>,
    headers: ReplyHeaders,
    signal: EndSignal,
  ): Promise<ExchangeEnd> => {
    this.#told = ofThisProxy(headers);
    let end: ExchangeEnd = 'complete';
    for await (const step of streamSteps(opened)) {
      const { frames, failed } = this.#framesOf(step);
      if (failed && this.#policy.failure === 'cut') {
        await sendFrames(this.#socket, frames.slice(0, -1), signal);
        await this.#fail(frames.at(-1) ?? '', step.error?.status ?? 502);
        return 'broken-stream';
      }
      if (!(await sendFrames(this.#socket, frames, signal))) return 'client-left';
      if (step.error !== undefined) end = 'broken-stream';
      if (failed) return 'broken-stream';
    }
    return end;
  };

  readonly giveError = async (refusal: Refusal): Promise<void> => {
    this.#status = refusal.info.status;
    await this.#fail(errorFrame(refusal), refusal.info.status);
  };

  /** The socket is either gone or about to be closed with a reason. */
  readonly leave = (): void => undefined;

  /** A socket that a build cuts ends without a close frame: after the frame of a request's own fault, else without a word (sheet X4 c). */
  async #fail(frame: string, status: number): Promise<void> {
    if (this.#policy.failure === 'frame') return sendFrame(this.#socket, frame);
    if (requestFaults.includes(status)) await sendLast(this.#socket, frame);
    this.#socket.terminate();
  }

  #framesOf({ out, error }: Step): Frames {
    const frames: string[] = [];
    for (const line of linesOf(out)) {
      const event = readEvent(line);
      // What follows the end is nothing that the upstream may say.
      if (event === undefined || this.#ended) continue;
      if (event.type === 'error') return { frames: [...frames, this.#errorFrame(error ?? this.#errorIn(line))], failed: true };
      this.#ended = isEnd(event);
      this.#reader.take(event, line.length);
      frames.push(this.#withTold(this.#named(event.type, line)));
    }
    return { frames, failed: false };
  }

  /** Some builds call the last event by a name of their own. */
  #named(type: unknown, line: string): string {
    const { completedEvent } = this.#policy;
    if (type !== 'response.completed' || completedEvent === type) return line;
    return JSON.stringify({ ...(JSON.parse(line) as object), type: completedEvent });
  }

  /** The first event carries them, under the name that error frames have for headers. */
  #withTold(line: string): string {
    const headers = this.#told;
    if (Object.keys(headers).length === 0) return line;
    this.#told = {};
    return JSON.stringify({ ...(JSON.parse(line) as object), headers });
  }

  /** The `error` event of a stream has no place for a status; a frame has. */
  #errorFrame(info: ErrorInfo): string {
    return errorFrame({ dialect: this.#dialect, info });
  }

  #errorIn(line: string): ErrorInfo {
    const [first] = this.#dialect.newStreamDecoder().push({ data: line });
    return first?.kind === 'error' ? first.error : { status: 502, message: 'The upstream reported an error.' };
  }
}
