import type { SurfaceId } from '#fixtures/exchange';

export const clientDialects = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;
/** The dialect that the caller speaks. */
export type ClientDialect = (typeof clientDialects)[number];

/** One combination in which a row can occur. A scenario runs once per cell and arm. */
export interface Cell {
  readonly client: ClientDialect;
  readonly upstream: SurfaceId;
  readonly stream: boolean;
}

/** All combinations of the three lists. */
export const crossing = (lists: {
  readonly clients: readonly ClientDialect[];
  readonly upstreams: readonly SurfaceId[];
  readonly streams: readonly boolean[];
}): readonly Cell[] =>
  lists.clients.flatMap((client) => lists.upstreams.flatMap((upstream) => lists.streams.map((stream) => ({ client, upstream, stream }))));

/** `anthropic-messages > codex (stream)`: how a cell is named for people. */
export const cellName = (cell: Cell): string => `${cell.client} > ${cell.upstream}${cell.stream ? ' (stream)' : ''}`;
