import { request } from 'undici';

/** One answer of a registry, whole. */
export interface RegistryReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Asks a registry; rejects when there is no answer. The resolver reaches nothing in any other way. */
export type AskRegistry = (url: string, headers: Readonly<Record<string, string>>) => Promise<RegistryReply>;

/** The distribution spec lets registries refuse larger manifests. */
const mostBytes = 4 * 1024 * 1024;

const wholeBody = async (body: AsyncIterable<Buffer>): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > mostBytes) throw new Error(`an answer of more than ${mostBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};

/** Over a socket; redirects are not followed. @param signal bounds the time of each question */
export const askOverHttp =
  (signal: AbortSignal): AskRegistry =>
  async (url, headers) => {
    const { statusCode, headers: told, body } = await request(url, { headers, signal, reset: true });
    const named = Object.entries(told).map(([name, value]) => [name.toLowerCase(), [value ?? ''].flat().join(', ')]);
    return { status: statusCode, headers: Object.fromEntries(named) as Record<string, string>, body: await wholeBody(body) };
  };
