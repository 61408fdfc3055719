import type { Dialect } from '../dialect.ts';
import { anyString, member, pieceOfText, plainPiece } from '../plain-piece.ts';
import { asObject } from '../reading.ts';
import { decodeError, encodeError } from './errors.ts';
import { reasoningPlace } from './reasoning.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { decodeResponse, encodeResponse } from './response.ts';
import { newStreamDecoder } from './stream-decode.ts';
import { newStreamEncoder } from './stream-encode.ts';
import { readUsage } from './wire.ts';

const about = ['id', 'object', 'model', 'system_fingerprint', 'service_tier', 'provider', 'obfuscation'];
const headMember = `(?:${[...about.map((name) => member(name, `(?:${anyString}|null)`)), member('created', String.raw`(?:0|[1-9]\d{0,14})`)].join('|')})`;
const nullMember = `(?:${['refusal', 'tool_calls', 'function_call', 'reasoning_content', 'annotations'].map((name) => member(name, 'null')).join('|')})`;
const delta = String.raw`\{(?:${member('role', '"assistant"')}, ?)?${member('content', pieceOfText)}(?:, ?${nullMember})* *\}`;
const choice = String.raw`\{${member('index', '0')}, ?${member('delta', delta)}(?:, ?${member('logprobs', 'null')})?, ?${member('finish_reason', 'null')} *\}`;
const choices = member('choices', String.raw`\[${choice}\]`);
const chunk = (tail: string): string => String.raw`\{(?:${headMember}, ?)*${choices}(?:, ?(?:${tail}))* *\}`;

/** A piece of text of the only choice, as OpenAI writes it and those who are compatible. */
const textPiece = plainPiece({
  data: chunk(`${headMember}|${member('usage', 'null')}`),
  bareData: chunk(headMember),
});

/** OpenAI Chat Completions, and the compatible upstreams that speak it. */
const openaiChat: Dialect = {
  id: 'openai-chat',
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  decodeError,
  encodeError,
  newStreamDecoder,
  newStreamEncoder,
  usageIn: (answer) => readUsage(asObject(answer)?.['usage']),
  textPiece,
  reasoning: reasoningPlace,
};

export default openaiChat;
