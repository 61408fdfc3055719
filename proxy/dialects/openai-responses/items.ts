import type { AssistantPart } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { carrySignature } from '../carried-signature.ts';
import { writtenArguments } from '../conversation.ts';
import { asArray, asObject, asText, noNeutralForm, type WireObject } from '../reading.ts';
import { lossesOfFields, noPlaceForCitations, noPlaceForLogprobs } from '../unread-fields.ts';
import type { WireOutputItem, WireOutputText } from './wire.ts';

/** Output items: what a response consists of, whole or streamed. Each neutral part is one item. */

const prefixOf: Readonly<Record<AssistantPart['kind'], string>> = { text: 'msg', 'tool-call': 'fc', reasoning: 'rs' };

/** Ids are derived, so that the same answer always gets the same ones. */
export const itemId = (kind: AssistantPart['kind'], responseId: string, outputIndex: number): string =>
  `${prefixOf[kind]}_${responseId}_${outputIndex}`;

export const outputText = (text: string): WireOutputText => ({ type: 'output_text', text, annotations: [], logprobs: [] });

/** Clients hand `encrypted_content` back unread, so it also carries signatures that another dialect issued. */
export const writeItem = (part: AssistantPart, responseId: string, outputIndex: number): WireOutputItem => {
  const id = itemId(part.kind, responseId, outputIndex);
  if (part.kind === 'text') return { id, type: 'message', status: 'completed', role: 'assistant', content: [outputText(part.text)] };
  if (part.kind === 'tool-call') {
    return {
      id,
      type: 'function_call',
      status: 'completed',
      call_id: part.id,
      name: part.name,
      arguments: writtenArguments(part.arguments),
    };
  }
  const { text, signature } = part;
  return {
    id,
    type: 'reasoning',
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    ...(signature && { encrypted_content: carrySignature(signature, 'openai-responses') }),
  };
};

/** Between two pieces of a reasoning summary. */
export const summaryGap = '\n\n';

/** The text of a reasoning item: its summary, or its content where an upstream shows that instead. */
export const reasoningText = (item: WireObject): string => {
  const texts = (key: string) => (asArray(item[key]) ?? []).flatMap((piece) => asText(asObject(piece)?.['text']) ?? []);
  const summary = texts('summary');
  return (summary.length > 0 ? summary : texts('content')).join(summaryGap);
};

/** The parts that one output item holds. A reasoning item that shows nothing and seals nothing is no part. */
export const readItem = (item: WireObject, path: string, losses: Loss[]): AssistantPart[] => {
  if (item['type'] === 'message') return readMessage(item, path, losses);
  if (item['type'] === 'function_call') {
    const [id, name, args] = [asText(item['call_id']), asText(item['name']), asText(item['arguments'])];
    return [{ kind: 'tool-call', id: id ?? asText(item['id']) ?? '', name: name ?? '', arguments: args ?? '' }];
  }
  if (item['type'] === 'reasoning') return readReasoning(item);
  losses.push({ path, why: noNeutralForm('an item', item) });
  return [];
};

const readMessage = (item: WireObject, path: string, losses: Loss[]): AssistantPart[] =>
  (asArray(item['content']) ?? []).flatMap((content, index) => {
    const piece = asObject(content) ?? {};
    const text = piece['type'] === 'refusal' ? asText(piece['refusal']) : asText(piece['text']);
    losses.push(...lossesOfFields(piece, `${path}.content[${index}]`, { annotations: noPlaceForCitations, logprobs: noPlaceForLogprobs }));
    if (text !== undefined) return [{ kind: 'text', text } as const];
    losses.push({ path: `${path}.content[${index}]`, why: noNeutralForm('content', piece) });
    return [];
  });

const readReasoning = (item: WireObject): AssistantPart[] => {
  const text = reasoningText(item);
  const value = asText(item['encrypted_content']) ?? '';
  if (text === '' && value === '') return [];
  return [{ kind: 'reasoning', text, ...(value !== '' && { signature: { issuer: 'openai-responses', value } }) }];
};

export const isRefusal = (item: WireObject): boolean =>
  item['type'] === 'message' && (asArray(item['content']) ?? []).some((piece) => asObject(piece)?.['type'] === 'refusal');
