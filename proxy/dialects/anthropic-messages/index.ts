import type { Dialect } from '../dialect.ts';
import { anyCount, member, objectOf, pieceOfText, plainPiece } from '../plain-piece.ts';
import { asObject } from '../reading.ts';
import { decodeError, encodeError } from './errors.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { decodeResponse, encodeResponse } from './response.ts';
import { newStreamDecoder } from './stream-decode.ts';
import { newStreamEncoder } from './stream-encode.ts';
import { reasoningPlace } from './thinking.ts';
import { tokenCount } from './token-count.ts';
import { usageFromWire } from './wire.ts';

const textPiece = plainPiece({
  name: 'content_block_delta',
  data: objectOf(
    member('type', '"content_block_delta"'),
    member('index', anyCount),
    member('delta', objectOf(member('type', '"text_delta"'), member('text', pieceOfText))),
  ),
});

/** Anthropic's Messages API: `POST /v1/messages`. */
const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  decodeError,
  encodeError,
  newStreamDecoder,
  newStreamEncoder,
  usageIn: (answer) => usageFromWire(asObject(answer)?.['usage']),
  textPiece,
  reasoning: reasoningPlace,
  tokenCount,
};

export default anthropicMessages;
