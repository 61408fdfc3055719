import type { CallerSight, ClientDialect } from '#scenarios/kit/index';

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, key: string): unknown => (isTree(value) ? value[key] : undefined);
const listAt = (value: unknown, key: string): readonly unknown[] => {
  const list = at(value, key);
  return Array.isArray(list) ? list : [];
};
const typeOf = (value: unknown): string => String(at(value, 'type'));

/** The parts of one whole answer, or of one event of a stream, by the names that each dialect has for their kinds. */
const readers: Readonly<Record<ClientDialect, (json: unknown) => readonly string[]>> = {
  'openai-chat': (json) =>
    listAt(json, 'choices').flatMap((choice) =>
      [...listAt(at(choice, 'message'), 'tool_calls'), ...listAt(at(choice, 'delta'), 'tool_calls')].map(() => 'tool_call'),
    ),
  'openai-responses': (json) => [
    ...[...listAt(json, 'output'), ...listAt(at(json, 'response'), 'output')].map(typeOf),
    ...(at(json, 'item') === undefined ? [] : [typeOf(at(json, 'item'))]),
  ],
  'anthropic-messages': (json) => [
    ...listAt(json, 'content').map(typeOf),
    ...(at(json, 'content_block') === undefined ? [] : [typeOf(at(json, 'content_block'))]),
  ],
  'gemini-generate': (json) =>
    listAt(json, 'candidates')
      .flatMap((candidate) => listAt(at(candidate, 'content'), 'parts'))
      .flatMap((part) => (at(part, 'text') === undefined ? Object.keys(isTree(part) ? part : {}) : ['text'])),
};

/** The kinds of parts that a caller was told, each as often as it was told. */
export const partsTold = ({ probe, json, events }: CallerSight): readonly string[] =>
  (probe.stream ? events.map((event) => event.json) : [json]).flatMap(readers[probe.dialect]);
