import type { ChatResponse, StopReason, Usage } from '../../ir/chat.ts';
import type { WireCitation } from '../openai-citations.ts';
import type { WireLogprob } from '../openai-logprobs.ts';
import { asCount, asObject, asText, present, type WireObject } from '../reading.ts';

/** What this dialect writes. What it reads is checked field by field where it is used, since clients and upstreams vary. */

export interface WireOutputText {
  readonly type: 'output_text';
  readonly text: string;
  readonly annotations: readonly WireUrlCitation[];
  readonly logprobs: readonly WireLogprob[];
}

export type WireUrlCitation = { readonly type: 'url_citation' } & WireCitation;

export interface WireRefusal {
  readonly type: 'refusal';
  readonly refusal: string;
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export type WireOutputItem =
  | {
      readonly id: string;
      readonly type: 'message';
      readonly status: ItemStatus;
      readonly role: 'assistant';
      readonly content: readonly (WireOutputText | WireRefusal)[];
    }
  | {
      readonly id: string;
      readonly type: 'function_call';
      readonly status: ItemStatus;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    }
  | {
      readonly id: string;
      readonly type: 'custom_tool_call';
      readonly status: ItemStatus;
      readonly call_id: string;
      readonly name: string;
      readonly input: string;
    }
  | {
      readonly id: string;
      readonly type: 'reasoning';
      /** Written only when the reasoning was cut short. */
      readonly status?: 'incomplete';
      readonly summary: readonly { readonly type: 'summary_text'; readonly text: string }[];
      readonly encrypted_content?: string;
    };

/** `undefined` unless both counts are there: usage is never invented. */
export const readUsage = (wire: unknown): Usage | undefined => {
  const usage = asObject(wire);
  const input = asCount(usage?.['input_tokens']);
  const output = asCount(usage?.['output_tokens']);
  if (usage === undefined || input === undefined || output === undefined) return undefined;
  const details = asObject(usage['input_tokens_details']) ?? {};
  const [cachedInput, cacheWrites] = [asCount(details['cached_tokens']), asCount(details['cache_write_tokens'])];
  const reasoning = asCount(asObject(usage['output_tokens_details'])?.['reasoning_tokens']);
  return { input, output, ...present({ cachedInput, cacheWrites, reasoning }) };
};

/** The details are written, because clients read them without asking whether they are there; writes to the cache only of newer models. */
export const writeUsage = ({ input, output, cachedInput, cacheWrites, reasoning }: Usage) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cachedInput ?? 0, ...present({ cache_write_tokens: cacheWrites }) },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
  total_tokens: input + output,
});

const reasonOfIncomplete: Readonly<Record<string, StopReason>> = { max_output_tokens: 'length', content_filter: 'refusal' };

/** Reads status and `incomplete_details`; the raw reason is the detail where there is one, else the status. */
export const readStop = (
  response: WireObject,
  seen: { readonly refusal: boolean; readonly toolCalls: boolean },
): { reason: StopReason; raw?: string } => {
  const detail = asText(asObject(response['incomplete_details'])?.['reason']);
  if (detail !== undefined) {
    const reason = Object.hasOwn(reasonOfIncomplete, detail) ? reasonOfIncomplete[detail] : undefined;
    return { reason: reason ?? 'other', raw: detail };
  }
  const raw = asText(response['status']);
  const whole = raw === undefined || raw === 'completed';
  const reason = !whole ? 'other' : seen.refusal ? 'refusal' : seen.toolCalls ? 'tool-calls' : 'end';
  return { reason, ...present({ raw }) };
};

const incompleteReasonOf: Partial<Readonly<Record<StopReason, string>>> = { length: 'max_output_tokens', refusal: 'content_filter' };

/**
 * Status and `incomplete_details` of a finished answer. A model that says itself that it refuses has completed its answer;
 * `content_filter` means that the answer was ended for it.
 */
export const writeStop = (reason: StopReason, said: { readonly refusal: boolean; readonly toolCalls: boolean }) => {
  const whole = reason === 'refusal' && said.refusal && !said.toolCalls;
  const detail = whole ? undefined : incompleteReasonOf[reason];
  return detail === undefined
    ? ({ status: 'completed', incomplete_details: null } as const)
    : ({ status: 'incomplete', incomplete_details: { reason: detail } } as const);
};

/** An upstream may have given no id; clients expect one. */
export const shownId = (id: string, about: { readonly createdAt: number }): string => id || `resp_${about.createdAt}`;

/** The fields of a response object that clients read, as they are while it is being made. */
export const responseShell = ({ id }: Pick<ChatResponse, 'id'>, about: { readonly model: string; readonly createdAt: number }) => ({
  id,
  object: 'response',
  created_at: about.createdAt,
  status: 'in_progress',
  background: false,
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  model: about.model,
  output: [] as readonly WireOutputItem[],
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: false,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
  truncation: 'disabled',
  usage: null as ReturnType<typeof writeUsage> | null,
  user: null,
});
