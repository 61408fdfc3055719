export { decodeOpenAiError as decodeError, encodeOpenAiError as encodeError } from '../openai-envelope.ts';
