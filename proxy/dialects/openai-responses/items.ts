import type { AnswerTextPart, AssistantPart, ToolCallPart, UrlCitation } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { carrySignature } from '../carried-signature.ts';
import { charactersIn } from '../characters.ts';
import { writtenArguments } from '../conversation.ts';
import { readCitations, writeCitation } from '../openai-citations.ts';
import { readLogprobs, writeLogprobs } from '../openai-logprobs.ts';
import { asArray, asObject, asText, noNeutralForm, parseJson, type WireObject } from '../reading.ts';
import type { ItemStatus, WireOutputItem, WireOutputText, WireRefusal, WireUrlCitation } from './wire.ts';

/** Output items: what a response consists of, whole or streamed. Each neutral part is one item. */

/** What decides over the kind of an item. */
type ItemKind = { readonly kind: AssistantPart['kind']; readonly custom?: true };

const prefixOf: Readonly<Record<AssistantPart['kind'], string>> = { text: 'msg', 'tool-call': 'fc', reasoning: 'rs' };

/** Ids are derived, so that the same answer always gets the same ones. */
export const itemId = ({ kind, custom }: ItemKind, responseId: string, outputIndex: number): string =>
  `${custom ? 'ctc' : prefixOf[kind]}_${responseId}_${outputIndex}`;

/** The one content of a message item. */
export const writeContent = ({ text, refusal, citations = [], logprobs = [] }: AnswerTextPart): WireOutputText | WireRefusal =>
  refusal
    ? { type: 'refusal', refusal: text }
    : { type: 'output_text', text, annotations: writeAnnotations(text, citations), logprobs: writeLogprobs(logprobs) };

const writeAnnotations = (text: string, citations: readonly UrlCitation[]): readonly WireUrlCitation[] => {
  const length = citations.length === 0 ? 0 : charactersIn(text);
  return citations.map((citation) => ({ type: 'url_citation', ...writeCitation(citation, length) }));
};

/** The item of a part that has ended, whole or cut short. Clients hand `encrypted_content` back unread, so it carries any signature. */
export const writeItem = (part: AssistantPart, id: string, status: Exclude<ItemStatus, 'in_progress'>): WireOutputItem => {
  if (part.kind === 'text') return { id, type: 'message', status, role: 'assistant', content: [writeContent(part)] };
  if (part.kind === 'tool-call') return writeCall(part, id, status);
  const { text, signature } = part;
  return {
    id,
    type: 'reasoning',
    ...(status === 'incomplete' && { status }),
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    ...(signature && { encrypted_content: carrySignature(signature, 'openai-responses') }),
  };
};

const writeCall = ({ id: call_id, name, arguments: args, custom }: ToolCallPart, id: string, status: ItemStatus): WireOutputItem =>
  custom
    ? { id, type: 'custom_tool_call', status, call_id, name, input: args }
    : { id, type: 'function_call', status, call_id, name, arguments: status === 'incomplete' ? args : writtenArguments(args) };

/** Whether these are the parts of an answer that ended early: then the last one, and a call whose arguments broke off, are incomplete. */
export const statusOf = (part: AssistantPart, isLast: boolean, ending: 'completed' | 'incomplete'): 'completed' | 'incomplete' =>
  ending === 'incomplete' && (isLast || isBroken(part)) ? 'incomplete' : 'completed';

const isBroken = (part: AssistantPart): boolean =>
  part.kind === 'tool-call' && !part.custom && parseJson(writtenArguments(part.arguments)) === undefined;

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
  if (item['type'] === 'function_call') return [readCall(item, 'arguments')];
  if (item['type'] === 'custom_tool_call') return [{ ...readCall(item, 'input'), custom: true }];
  if (item['type'] === 'reasoning') return readReasoning(item);
  losses.push({ path, why: noNeutralForm('an item', item) });
  return [];
};

const readCall = (item: WireObject, content: 'arguments' | 'input'): ToolCallPart => ({
  kind: 'tool-call',
  id: asText(item['call_id']) ?? asText(item['id']) ?? '',
  name: asText(item['name']) ?? '',
  arguments: asText(item[content]) ?? '',
});

const readMessage = (item: WireObject, path: string, losses: Loss[]): AssistantPart[] =>
  (asArray(item['content']) ?? []).flatMap((content, index) => {
    const piece = asObject(content) ?? {};
    const part = readContent(piece, `${path}.content[${index}]`, losses);
    if (part === undefined) losses.push({ path: `${path}.content[${index}]`, why: noNeutralForm('content', piece) });
    return part ?? [];
  });

/** One content of a message; `undefined` when it is neither a text nor a refusal. */
export const readContent = (piece: WireObject, path: string, losses: Loss[]): AnswerTextPart | undefined => {
  const isRefused = piece['type'] === 'refusal';
  const text = asText(piece[isRefused ? 'refusal' : 'text']);
  if (text === undefined) return undefined;
  if (isRefused) return { kind: 'text', text, refusal: true };
  const citations = readCitations(piece['annotations'], `${path}.annotations`, losses);
  const logprobs = readLogprobs(piece['logprobs']);
  return { kind: 'text', text, ...(citations.length > 0 && { citations }), ...(logprobs.length > 0 && { logprobs }) };
};

const readReasoning = (item: WireObject): AssistantPart[] => {
  const text = reasoningText(item);
  const value = asText(item['encrypted_content']) ?? '';
  if (text === '' && value === '') return [];
  return [{ kind: 'reasoning', text, ...(value !== '' && { signature: { issuer: 'openai-responses', value } }) }];
};
