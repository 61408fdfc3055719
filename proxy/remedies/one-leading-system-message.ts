import { textOf } from '../json/json-body.ts';
import { editTopLevel } from '../json/json-text.ts';
import type { ProviderCall } from '../providers/provider.ts';
import { defineRemedy } from './remedy.ts';

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const isInstruction = (message: unknown): message is Tree =>
  isTree(message) && (message['role'] === 'system' || message['role'] === 'developer');

const partsOf = (content: unknown): readonly unknown[] => {
  if (Array.isArray(content)) return content as readonly unknown[];
  return typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : [];
};

/** The same messages with all instructions in one `system` message in front, an empty one where there are none. */
const arranged = (messages: readonly unknown[]): readonly unknown[] => {
  const parts = messages.filter(isInstruction).flatMap(({ content }) => partsOf(content));
  const system = { role: 'system', content: parts.length === 0 ? [{ type: 'text', text: '' }] : parts };
  return [system, ...messages.filter((message) => !isInstruction(message))];
};

const messagesIn = (body: string): readonly unknown[] | undefined => {
  try {
    const { messages } = JSON.parse(body) as { readonly messages?: unknown };
    return Array.isArray(messages) ? (messages as readonly unknown[]) : undefined;
  } catch {
    return undefined;
  }
};

const isArranged = (messages: readonly unknown[]): boolean =>
  isTree(messages[0]) && messages[0]['role'] === 'system' && !messages.slice(1).some(isInstruction);

const withArranged = (call: ProviderCall): ProviderCall => {
  const messages = messagesIn(textOf(call.body));
  return messages === undefined || isArranged(messages)
    ? call
    : { ...call, body: editTopLevel(textOf(call.body), { messages: arranged(messages) }) };
};

export default defineRemedy({
  id: 'one-leading-system-message',
  matrixRow: 19,
  about:
    "Qwen's portal takes a conversation that does not begin with its one system message for a foreign client's, and says that the quota is used up. Instructions are joined in front; where there are none an empty message stands there.",
  onAttempt: ({ provider, operation, call }) => (provider === 'qwen' && operation === 'generate' ? withArranged(call) : call),
});
