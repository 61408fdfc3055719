import type { ChatEvent, ChatResponse, ToolCallPart } from '../ir/chat.ts';
import { asObject, asText, parseJson } from './reading.ts';

/**
 * Calls of custom tools, which take free text. Where a dialect has function tools only, such a tool is a function with one string
 * argument, `input`: towards that dialect a custom call becomes a function call, and on the way back a function call of a tool that the
 * client declared as custom becomes a custom call again.
 */

/** The arguments of a call as a function's: JSON text. */
export const functionArguments = (call: ToolCallPart): string => (call.custom ? JSON.stringify({ input: call.arguments }) : call.arguments);

/** A model may not keep to the one argument: then what it wrote is the input. */
const inputIn = (args: string): string => asText(asObject(parseJson(args))?.['input']) ?? args;

type Step = (event: ChatEvent) => readonly ChatEvent[];

const opening = '{"input":"';
const closing = '"}';

/** Writes custom calls as function calls, piece by piece. */
export const asFunctionCalls = (): Step => {
  const open = new Set<number>();
  const close = (index: number): readonly ChatEvent[] => (open.delete(index) ? [{ kind: 'delta', index, text: closing }] : []);
  return (event) => {
    if (event.kind === 'part-start' && event.part === 'tool-call' && event.custom) {
      const { custom: _, ...call } = event;
      open.add(event.index);
      return [call, { kind: 'delta', index: event.index, text: opening }];
    }
    if (event.kind === 'delta' && open.has(event.index)) return [{ ...event, text: JSON.stringify(event.text).slice(1, -1) }];
    if (event.kind === 'part-end') return [...close(event.index), event];
    return event.kind === 'stop' ? [...[...open].flatMap(close), event] : [event];
  };
};

/** Makes function calls of these tools custom calls again. Such a call is given out when it is whole, since its text has to be read. */
export const asCustomCalls = (names: ReadonlySet<string> | undefined): Step => {
  if (names === undefined || names.size === 0) return (event) => [event];
  const waiting = new Map<number, string>();
  const release = (index: number): readonly ChatEvent[] => {
    const args = waiting.get(index);
    waiting.delete(index);
    const text = inputIn(args ?? '');
    return text === '' ? [] : [{ kind: 'delta', index, text }];
  };
  return (event) => {
    if (event.kind === 'part-start' && event.part === 'tool-call' && !event.custom && names.has(event.name)) {
      waiting.set(event.index, '');
      return [{ ...event, custom: true }];
    }
    if (event.kind === 'delta' && waiting.has(event.index)) {
      waiting.set(event.index, `${waiting.get(event.index) ?? ''}${event.text}`);
      return [];
    }
    if (event.kind === 'part-end') return [...release(event.index), event];
    return event.kind === 'stop' ? [...[...waiting.keys()].flatMap(release), event] : [event];
  };
};

/** The same for a whole answer. */
export const withCustomCalls = (response: ChatResponse, names: ReadonlySet<string> | undefined): ChatResponse => {
  if (names === undefined || names.size === 0) return response;
  const parts = response.parts.map((part) =>
    part.kind === 'tool-call' && !part.custom && names.has(part.name)
      ? ({ ...part, arguments: inputIn(part.arguments), custom: true } as const)
      : part,
  );
  return { ...response, parts };
};
