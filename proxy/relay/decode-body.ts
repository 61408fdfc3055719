import { ProxyError } from '../errors.ts';
import type { RelayContext } from './context.ts';
import type { Inbound } from './inbound.ts';

type Decoder = (bytes: Buffer, maxBytes: number) => Promise<Buffer>;

const decoderNamed = ({ remedies }: RelayContext, encoding: string): Decoder => {
  for (const { decodeRequestBody } of remedies) {
    const decode = decodeRequestBody?.[encoding];
    if (decode !== undefined) return decode;
  }
  throw new ProxyError('unsupported-content-encoding', `Unsupported request content encoding: ${encoding.slice(0, 40)}`);
};

const maxLayers = 2;

/** Takes the content encodings off a request body, last applied first; the size bound holds for the decoded body too. */
export const decodeBody = async (context: RelayContext, { headers, bytes }: Inbound): Promise<Buffer> => {
  const named = (headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const encodings = named.filter((name) => name !== '' && name !== 'identity');
  if (encodings.length > maxLayers)
    throw new ProxyError('unsupported-content-encoding', `More than ${maxLayers} content encodings on one body.`);
  let decoded = bytes;
  for (const encoding of encodings.reverse()) {
    decoded = await decoderNamed(context, encoding)(decoded, context.config['max-request-body-bytes']);
  }
  return decoded;
};
