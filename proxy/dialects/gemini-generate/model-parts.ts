import type { AssistantPart, ReasoningPart } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { readCarriedSignature } from '../carried-signature.ts';
import { functionArguments } from '../custom-calls.ts';
import { asObject, asText, type WireObject } from '../reading.ts';
import { readArguments, whyArgumentsWereWrapped, type ReadArguments } from '../tool-arguments.ts';
import { camelKeys, own, textOf } from './wire.ts';

/**
 * Parts that a model wrote, both ways. Gemini signs any part, and a neutral signature belongs to reasoning: a signed text or call is read
 * as reasoning without text, which holds the signature, and the part after it; writing puts the two together again.
 */

/** `undefined` for a part that has no neutral form. */
export const readModelPart = (part: WireObject, madeUpId: string): readonly AssistantPart[] | undefined => {
  const seal = asText(part['thoughtSignature']);
  const signature = seal ? readCarriedSignature(seal, own) : undefined;
  const text = asText(part['text']);
  if (text !== undefined && part['thought'] === true) return [{ kind: 'reasoning', text, ...(signature && { signature }) }];
  const sealed: readonly ReasoningPart[] = signature ? [{ kind: 'reasoning', text: '', signature }] : [];
  if (text !== undefined) return text === '' && signature ? sealed : [...sealed, { kind: 'text', text }];
  const call = asObject(part['functionCall']);
  return call && [...sealed, readCall(camelKeys(call), madeUpId)];
};

const readCall = (call: WireObject, madeUpId: string): AssistantPart => ({
  kind: 'tool-call',
  id: asText(call['id']) || madeUpId,
  name: textOf(call['name']),
  arguments: JSON.stringify(call['args'] ?? {}),
});

export interface PartWriting {
  /** The text for `thoughtSignature`; undefined where a foreign one cannot go. */
  readonly sign: (signature: NonNullable<ReasoningPart['signature']>) => string | undefined;
  readonly argumentsOf: (args: ReadArguments) => unknown;
  readonly losses: Loss[];
}

/** Writes the parts of one turn, in order. */
export const writeModelParts = (parts: readonly AssistantPart[], path: string, writing: PartWriting): readonly WireObject[] => {
  const written: WireObject[] = [];
  let held: WireObject = {};
  const letGo = (): void => {
    if (held['thoughtSignature'] !== undefined) written.push({ text: '', thought: true, ...held });
    held = {};
  };
  for (const [index, part] of parts.entries()) {
    if (part.kind !== 'reasoning') {
      written.push({ ...writePart(part, `${path}[${index}]`, writing), ...held });
      held = {};
      continue;
    }
    const thought = writeThought(part, `${path}[${index}]`, writing);
    letGo();
    if (part.text === '' && thought?.['thoughtSignature'] !== undefined) held = { thoughtSignature: thought['thoughtSignature'] };
    else if (thought) written.push(thought);
  }
  letGo();
  return written;
};

const writeThought = ({ text, signature }: ReasoningPart, path: string, { sign, losses }: PartWriting): WireObject | undefined => {
  if (!signature) return { text, thought: true };
  const thoughtSignature = sign(signature);
  if (thoughtSignature !== undefined) return { text, thought: true, thoughtSignature };
  losses.push({ path, why: `reasoning that ${signature.issuer} signed goes back only there` });
  return undefined;
};

const writePart = (part: Exclude<AssistantPart, ReasoningPart>, path: string, { argumentsOf, losses }: PartWriting): WireObject => {
  if (part.kind === 'text') return { text: part.text };
  const args = readArguments(functionArguments(part));
  if (!args.intact) losses.push({ path: `${path}.arguments`, why: whyArgumentsWereWrapped });
  return { functionCall: { id: part.id, name: part.name, args: argumentsOf(args) } };
};
