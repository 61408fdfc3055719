import { ProxyError } from '../errors.ts';
import { JsonBody } from '../json/json-body.ts';
import { asTree } from './frames.ts';
import type { Tree } from './frames.ts';
import type { Transcript } from './transcript.ts';

/** One message as it came from the socket. */
export interface ClientMessage {
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

/** A `response.create`, as the Responses request that it stands for. */
export interface Create {
  /** The request's body; always a stream. */
  readonly bytes: Buffer;
  /** The conversation so far. */
  readonly input: unknown;
  /** `generate: false`: the client wants to continue from here and nothing to be said yet. */
  readonly isWarmUp: boolean;
}

/** Fields of the transport are none of the request; `background` has no meaning on a socket. All else stays as the client wrote it. */
const asRequest = { type: undefined, generate: undefined, previous_response_id: undefined, background: undefined, stream: true };

const parse = ({ bytes, isBinary }: ClientMessage): Tree => {
  if (isBinary) throw new ProxyError('invalid-request', 'Expected a text frame with JSON, got a binary frame.');
  let tree: Tree | undefined;
  try {
    tree = asTree(JSON.parse(bytes.toString('utf8')) as unknown);
  } catch (cause) {
    throw new ProxyError('invalid-request', `The message is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  if (tree === undefined) throw new ProxyError('invalid-request', 'The message must be a JSON object.');
  return tree;
};

const checkType = ({ type, stream_id: streamId }: Tree): void => {
  if (type !== 'response.create') {
    const got = type === undefined ? 'nothing' : JSON.stringify(type).slice(0, 80);
    throw new ProxyError('invalid-request', `Expected "type" to be "response.create", got ${got}.`, { param: 'type' });
  }
  if (streamId !== undefined)
    throw new ProxyError('invalid-request', '"stream_id" is not supported: one request at a time on a socket.', { param: 'stream_id' });
};

/**
 * Reads a client's message. `undefined` for `response.processed`, by which a client only says that it has read an answer.
 * @throws ProxyError for what is no request, continues something unknown, or grows beyond `maxBytes`.
 */
export const readCreate = (message: ClientMessage, transcript: Transcript, maxBytes: number): Create | undefined => {
  const tree = parse(message);
  if (tree.type === 'response.processed') return undefined;
  checkType(tree);
  const input = transcript.whole(tree.previous_response_id, tree.input);
  const { bytes } = JsonBody.of([message.bytes]).edited({ ...(input !== tree.input && { input }), ...asRequest });
  if (bytes.length > maxBytes) {
    const text = `The request with the conversation before it is larger than ${maxBytes} bytes, the limit of this proxy.`;
    throw new ProxyError('request-too-large', text);
  }
  return { bytes, input, isWarmUp: tree.generate === false };
};
