import type { AssistantPart } from '../../ir/chat.ts';
import { asObject, type WireObject } from '../reading.ts';

/** What the events of a Responses stream are about, and where. */

type Prose = Exclude<AssistantPart, { kind: 'tool-call' }>;

/** What an event's family begins, when nothing did before. */
export const prose: Readonly<Record<string, Prose>> = {
  'response.output_text': { kind: 'text', text: '' },
  'response.refusal': { kind: 'text', text: '', refusal: true },
  'response.reasoning_summary_text': { kind: 'reasoning', text: '' },
  'response.reasoning_text': { kind: 'reasoning', text: '' },
};

/** Events that carry a call's content. */
export const calls = /^response\.(function_call_arguments|custom_tool_call_input)\.(delta|done)$/;

const keyText = (...values: readonly unknown[]): string =>
  String(values.find((value) => typeof value === 'number' || typeof value === 'string') ?? 0);

/** Items are told apart by their output index; some compatible upstreams number nothing and give ids only. */
export const itemKey = (event: WireObject): string => keyText(event['output_index'], event['item_id'], asObject(event['item'])?.['id']);

export const contentKey = (event: WireObject): string => `${itemKey(event)}/${keyText(event['content_index'])}`;
