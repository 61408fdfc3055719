import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import type { Address } from './address.ts';

const word = z.string().max(2_000);
const port = z.number().int().min(0).max(65_535);
const pid = z.number().int();

const report = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), pid }),
  z.object({ kind: z.literal(['connection', 'datagram']), pid, host: word, port, refused: z.boolean() }),
  // What a name led to, before it is connected to.
  z.object({ kind: z.literal('address'), pid, host: word, port }),
  z.object({ kind: z.literal('request'), pid, host: word, port, method: word, path: z.string().max(100_000) }),
  z.object({ kind: z.literal('listening'), pid, port }),
  z.object({ kind: z.literal('look-up'), pid, host: word }),
  z.object({ kind: z.literal('local socket'), pid, to: word }),
]);
export type InsideReport = z.infer<typeof report>;

const readLine = (line: string): readonly InsideReport[] => {
  try {
    const parsed = report.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
};

/** A client may clear the folder of temporary files while it runs. */
const opened = (file: string): number | undefined => {
  try {
    return openSync(file, 'r');
  } catch {
    return undefined;
  }
};

const pieceBytes = 64 * 1024;
const longestLine = 256 * 1024;

/** Reads what Node processes of the client append to a file: each call gives the reports that are new, in their order. */
export const reportReader = (file: string) => {
  let position = 0;
  let rest = '';
  const decoder = new StringDecoder('utf8');
  const piece = Buffer.alloc(pieceBytes);
  return (): readonly InsideReport[] => {
    const handle = opened(file);
    if (handle === undefined) return [];
    try {
      for (let read = readSync(handle, piece, 0, pieceBytes, position); read > 0; read = readSync(handle, piece, 0, pieceBytes, position)) {
        position += read;
        rest += decoder.write(piece.subarray(0, read));
      }
    } finally {
      closeSync(handle);
    }
    const lines = rest.split('\n');
    rest = (lines.pop() ?? '').slice(-longestLine);
    return lines.flatMap(readLine);
  };
};

/** Lies beside this file in the sources and in the build: it is loaded by the client's own Node as it is. */
const preload = fileURLToPath(new URL('inside/preload.cjs', import.meta.url));

interface InsideSettings {
  readonly file: string;
  readonly refuse: boolean;
  readonly open: readonly Address[];
}

/** What makes the Node processes of a client report. NODE_OPTIONS of the user's own stay. */
export const insideVariables = (own: string | undefined, settings: InsideSettings): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `${own === undefined || own.trim() === '' ? '' : `${own} `}--require ${JSON.stringify(preload)}`,
  WIREPROOF_TRACE: JSON.stringify(settings),
});
