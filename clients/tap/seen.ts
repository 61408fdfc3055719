/** One request of a client as it went past, and what the proxy answered. A message over a WebSocket counts as one. */
export interface Seen {
  readonly over: 'http' | 'websocket';
  /** For a message its type. */
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** As far as it was kept. */
  readonly responseBody: string;
  readonly ended: 'complete' | 'cut by the proxy' | 'left by the client';
  /** Milliseconds since the tap began. */
  readonly askedMs: number;
  readonly endedMs: number;
}

/** Bytes of a body that are kept. */
export const keptBytes = 262_144;

export const flat = (headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(', ')] as const])),
  );
