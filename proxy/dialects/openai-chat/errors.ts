/** Chat Completions answers with OpenAI's common envelope (sheet 1.4). */
export { decodeOpenAiError as decodeError, encodeOpenAiError as encodeError } from '../openai-envelope.ts';
