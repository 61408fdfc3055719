import type { Image } from '#scenarios/kit/grounds/image';
import type { LogLine } from '#scenarios/kit/sight';

import type { ProgramStart } from '../targets/program.ts';
import type { FilePlaces } from '../targets/target.ts';

/** A request as one side of the proxy sends it, body decoded from its framing. */
export interface Message {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body came without a Content-Length. */
  readonly chunked: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The connection broke behind these bytes; whoever gets the reply sees it break there too. */
  readonly broken?: boolean;
}

/** What a defect remembers between requests; one per started target. */
export type Memory = Map<string, unknown>;

/** Passes a message on and gets the reply; a defect may call it several times or not at all. */
export type PassOn = (message: Message) => Promise<Reply>;

/** One message on a WebSocket, as one side sent it. */
export interface SocketFrame {
  readonly from: 'caller' | 'proxy';
  /** Its bytes as UTF-8. */
  readonly text: string;
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

/** What becomes of a frame: something goes on to the other side, back to its sender, or both sides are closed, or cut without a close frame. */
export type SocketMove =
  | { readonly pass: string | Buffer }
  | { readonly answer: string | Buffer }
  | { readonly close: { readonly code: number; readonly reason: string } }
  | { readonly cut: true };

/**
 * One thing done wrong, worn by an otherwise clean proxy. A defect is one file that exports one of these; it stands between the caller and
 * the proxy (`front`), between the proxy and the upstream (`back`), or both.
 */
export interface Defect {
  /** Equals the file name. */
  readonly id: string;
  /** What the proxy does wrong, as a user would report it. */
  readonly about: string;
  /** Where this kind of defect was seen: a sheet row or a public issue. */
  readonly seenIn: string;
  readonly front?: (message: Message, passOn: PassOn, memory: Memory) => Promise<Reply>;
  readonly back?: (message: Message, passOn: PassOn, memory: Memory) => Promise<Reply>;
  /**
   * How the pieces of a streamed answer go out to the caller, for defects in when they do. `front` and `back` see whole messages; what
   * they see counts as received by the caller, so that an upstream which waits for its caller does not take every defect for one that
   * holds answers back.
   */
  readonly outgoing?: (pieces: AsyncIterable<Buffer>, asked: Message) => AsyncIterable<Buffer>;
  /** The headers of a streamed answer as they go out to the caller; goes with no `front`, which sees whole answers. */
  readonly outgoingHeaders?: (headers: Readonly<Record<string, string>>, asked: Message) => Readonly<Record<string, string>>;
  /** The upstream is not told when the proxy hangs up on it. Goes with no `back`, which sees whole answers. */
  readonly neverHangsUp?: true;
  /** What becomes of a WebSocket's handshake: another one goes on to the proxy, or the caller is refused with a reply. */
  readonly upgrade?: (handshake: Message, memory: Memory) => Message | Reply | Promise<Message | Reply>;
  /** What becomes of each frame of a WebSocket; `seen` lives as long as the socket. Without, all are passed on. */
  readonly frames?: (frame: SocketFrame, seen: Memory, memory: Memory) => readonly SocketMove[];
  /** What is started in place of the clean program, for defects in how a proxy starts and ends. See `around-program.ts`. */
  readonly program?: (start: ProgramStart) => ProgramStart;
  /**
   * It shows in programs that call the proxy. Only then are scenarios that start such programs run against it, as each start takes longer than
   * a hundred requests.
   */
  readonly inClients?: true;
  /** What it does with its files whenever it has started; what it gives back is then taken for where the target has them. */
  readonly started?: (files: FilePlaces) => FilePlaces;
  /** What is in its log in place of the lines of the clean proxy. */
  readonly logged?: (lines: readonly LogLine[]) => readonly LogLine[];
  /** The image that is deployed in place of the one that was meant. */
  readonly image?: (image: Image) => Image;
}

export const defineDefect = (defect: Defect): Defect => defect;

export const jsonOf = (bytes: Buffer): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

export const textOf = (message: { readonly body: Buffer }): string => message.body.toString('utf8');

/** The same message or reply with another body; Content-Length is set when it is sent. */
export const withText = <T extends Message | Reply>(whole: T, text: string): T => ({ ...whole, body: Buffer.from(text) });

/** Edits the JSON body; leaves a body alone that is no JSON object. */
export const withJson = <T extends Message | Reply>(whole: T, edit: (body: Record<string, unknown>) => unknown): T => {
  const body = jsonOf(whole.body);
  return body === undefined ? whole : withText(whole, JSON.stringify(edit(body)));
};

export const withStatus = (reply: Reply, status: number): Reply => ({ ...reply, status });

/** Every JSON value in a tree, bottom up, replaced by what `edit` returns. */
export const mapTree = (value: unknown, edit: (value: unknown) => unknown): unknown => {
  if (Array.isArray(value)) return edit(value.map((item) => mapTree(item, edit)));
  if (typeof value === 'object' && value !== null) {
    return edit(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTree(item, edit)])));
  }
  return edit(value);
};

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A refusal in the caller's dialect, so that only the defect itself can be noticed. */
export const refuse = (message: Message, status: number, text: string): Reply => {
  const body = message.path.startsWith('/v1/messages')
    ? { type: 'error', error: { type: 'api_error', message: text } }
    : message.path.startsWith('/v1beta')
      ? { error: { code: status, message: text, status: 'INTERNAL' } }
      : { error: { message: text, type: 'server_error', code: null, param: null } };
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
};
