import { ProxyError } from '../errors.ts';
import { AnswerBody } from './answer-body.ts';
import type { UpstreamAnswer } from './send.ts';
import { transportError } from './send.ts';

/** Up to `max` bytes of a body, and whether there was more; the rest is not read. */
const readUpTo = async (body: AsyncIterable<Buffer>, max: number): Promise<{ readonly bytes: Buffer; readonly more: boolean }> => {
  if (body instanceof AnswerBody) return body.upTo(max);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > max) return { bytes: Buffer.concat(chunks).subarray(0, max), more: true };
  }
  return { bytes: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks), more: false };
};

/** The whole body. @throws ProxyError when it breaks off or is larger than `max` bytes. */
export const readWhole = async ({ body }: UpstreamAnswer, max: number): Promise<Buffer> => {
  try {
    const { bytes, more } = await readUpTo(body, max);
    if (more) throw new ProxyError('upstream-bad-answer', `The upstream's answer is larger than ${max} bytes.`);
    return bytes;
  } catch (error) {
    throw transportError(error, 'in the answer');
  }
};

/** As much of an error body as arrives, at most `max` bytes: the status is known, so a broken body is no reason to lose it. */
export const readErrorText = async ({ body }: UpstreamAnswer, max: number): Promise<string> => {
  try {
    return (await readUpTo(body, max)).bytes.toString('utf8');
  } catch {
    return '';
  }
};
