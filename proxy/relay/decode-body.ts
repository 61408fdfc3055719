import { ProxyError } from '../errors.ts';
import { unknownModel } from '../routing/unknown-model.ts';
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

const openAiDialects: readonly string[] = ['openai-chat', 'openai-responses', 'openai-completions'];

/** Builds that decode nothing look for a model in bytes that have none, or refuse (sheet R6 e2). */
const refuseEncoded = ({ persona }: RelayContext, { dialect }: Inbound, encoding: string): void => {
  const { encodings } = persona.requests;
  if (encodings === 'decoded') return;
  if (encodings === 'undecoded' || !openAiDialects.includes(dialect.id)) throw unknownModel(persona.routing, '');
  throw new ProxyError('unsupported-content-encoding', `Invalid request: unsupported request content encoding: ${encoding.slice(0, 40)}`);
};

/** Takes the content encodings off a request body, last applied first; the size bound holds for the decoded body too. */
export const decodeBody = async (context: RelayContext, inbound: Inbound): Promise<readonly Buffer[]> => {
  const { headers, pieces } = inbound;
  const encoded = headers['content-encoding'];
  if (encoded === undefined) return pieces;
  const named = encoded
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const encodings = named.filter((name) => name !== '' && name !== 'identity');
  if (encodings[0] !== undefined) refuseEncoded(context, inbound, encodings[0]);
  if (encodings.length > maxLayers)
    throw new ProxyError('unsupported-content-encoding', `More than ${maxLayers} content encodings on one body.`);
  if (encodings.length === 0) return pieces;
  let decoded: Buffer = Buffer.concat(pieces);
  for (const encoding of encodings.reverse()) {
    decoded = await decoderNamed(context, encoding)(decoded, context.config['max-request-body-bytes']);
  }
  return [decoded];
};
