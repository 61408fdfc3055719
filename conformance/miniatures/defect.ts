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
  readonly outgoing?: (pieces: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
  /** The upstream is not told when the proxy hangs up on it. Goes with no `back`, which sees whole answers. */
  readonly neverHangsUp?: true;
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
