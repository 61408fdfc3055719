import type { DialectId, ReasoningPart } from '../ir/chat.ts';

type Signature = NonNullable<ReasoningPart['signature']>;

/**
 * Clients keep a signature without looking at it and hand it back with the next turn, so it can carry one that another dialect issued:
 * without that, Gemini 3 refuses the second turn of every tool call that a Messages client makes. The carrier is base64, because
 * some clients store the field as bytes. Only clients see it; towards an upstream a foreign signature is a loss.
 */
const mark = 'wireproof-carried:';

/** The text for the client's signature field: the value itself when this dialect issued it, else a carrier that names the issuer. */
export const carrySignature = (signature: Signature, own: DialectId): string =>
  signature.issuer === own ? signature.value : Buffer.from(`${mark}${signature.issuer}:${signature.value}`).toString('base64');

/** The reverse; what is no carrier was issued by the dialect itself. */
export const readCarriedSignature = (text: string, own: DialectId): Signature => {
  const plain = Buffer.from(text, 'base64').toString('utf8');
  if (!plain.startsWith(mark)) return { issuer: own, value: text };
  const colon = plain.indexOf(':', mark.length);
  const issuer = dialectIds.find((id) => id === plain.slice(mark.length, colon));
  return issuer ? { issuer, value: plain.slice(colon + 1) } : { issuer: own, value: text };
};

const dialectIds: readonly DialectId[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'];
