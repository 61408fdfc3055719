import type { CallerSight, ClientDialect, Probe } from '#scenarios/kit/index';

/** What an agent does with an answer that calls a tool: hands the whole turn back as it got it, with the tool's result behind it. */

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, key: string): unknown => (isTree(value) ? value[key] : undefined);
const listAt = (value: unknown, key: string): readonly unknown[] => {
  const list = at(value, key);
  return Array.isArray(list) ? list : [];
};
const treesAt = (value: unknown, key: string): readonly Tree[] => listAt(value, key).filter(isTree);
const textAt = (value: unknown, key: string): string => {
  const text = at(value, key);
  return typeof text === 'string' ? text : '';
};

/** A block of Messages with what its deltas add, as the vendor's own client puts it together. */
const wholeBlock = (start: Tree, deltas: readonly unknown[]): Tree => {
  const all = (key: string): string => deltas.map((delta) => textAt(delta, key)).join('');
  const { type } = start;
  if (type === 'thinking') {
    return { ...start, thinking: textAt(start, 'thinking') + all('thinking'), signature: textAt(start, 'signature') + all('signature') };
  }
  if (type === 'text') return { ...start, text: textAt(start, 'text') + all('text') };
  return type === 'tool_use' ? { ...start, input: JSON.parse(all('partial_json') || '{}') as unknown } : start;
};

const streamedBlocks = (data: readonly unknown[]): readonly Tree[] =>
  data
    .filter((event) => isTree(at(event, 'content_block')))
    .map((start) => {
      const deltas = data.filter((event) => at(event, 'index') === at(start, 'index')).map((event) => at(event, 'delta'));
      return wholeBlock(at(start, 'content_block') as Tree, deltas);
    });

const partsIn = (json: unknown): readonly Tree[] => treesAt(at(treesAt(json, 'candidates')[0], 'content'), 'parts');
const saysNothing = (part: Tree): boolean => part['text'] === '' && Object.keys(part).length === 1;

interface Turn {
  /** The parts of the answer, in the caller's own form. */
  readonly parts: (json: unknown, data: readonly unknown[]) => readonly Tree[];
  readonly isCall: (part: Tree) => boolean;
  /** The caller's next body. */
  readonly handBack: (body: Tree, parts: readonly Tree[], call: Tree) => Tree;
  /** What seals a part, where one does. */
  readonly seal: (part: Tree) => string;
}

const found = 'Berlin has 3.9 million people.';

const turns: Partial<Readonly<Record<ClientDialect, Turn>>> = {
  'openai-responses': {
    parts: (json, data) => {
      const done = data.filter((event) => at(event, 'type') === 'response.output_item.done').map((event) => at(event, 'item'));
      return data.length > 0 ? done.filter(isTree) : treesAt(json, 'output');
    },
    isCall: ({ type }) => type === 'function_call',
    handBack: (body, parts, { call_id }) => ({
      ...body,
      input: [...listAt(body, 'input'), ...parts, { type: 'function_call_output', call_id, output: found }],
    }),
    seal: (part) => textAt(part, 'encrypted_content'),
  },
  'anthropic-messages': {
    parts: (json, data) => (data.length > 0 ? streamedBlocks(data) : treesAt(json, 'content')),
    isCall: ({ type }) => type === 'tool_use',
    handBack: (body, parts, { id }) => ({
      ...body,
      messages: [
        ...listAt(body, 'messages'),
        { role: 'assistant', content: parts },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: found }] },
      ],
    }),
    seal: (part) => textAt(part, 'signature'),
  },
  'gemini-generate': {
    parts: (json, data) => (data.length > 0 ? data : [json]).flatMap(partsIn).filter((part) => !saysNothing(part)),
    isCall: ({ functionCall }) => isTree(functionCall),
    handBack: (body, parts, { functionCall }) => {
      const { id, name } = functionCall as Tree;
      const functionResponse = { ...(id !== undefined && { id }), name, response: { output: found } };
      return {
        ...body,
        contents: [...listAt(body, 'contents'), { role: 'model', parts }, { role: 'user', parts: [{ functionResponse }] }],
      };
    },
    seal: (part) => textAt(part, 'thoughtSignature'),
  },
};

const partsOf = ({ probe, json, events }: CallerSight): readonly Tree[] => {
  const data = events.map((event) => event.json);
  return turns[probe.dialect]?.parts(json, data) ?? [];
};

/** Every seal that the caller was given, in order. */
export const sealsGiven = (sight: CallerSight): readonly string[] =>
  partsOf(sight)
    .map((part) => turns[sight.probe.dialect]?.seal(part) ?? '')
    .filter((seal) => seal !== '');

/** The body of `asked` with the answer and the tool's result behind it; `undefined` when the answer has no call. */
export const handedBack = (asked: Probe, sight: CallerSight): Probe['body'] => {
  const turn = turns[sight.probe.dialect];
  const parts = partsOf(sight);
  const call = parts.find((part) => turn?.isCall(part));
  if (turn === undefined || call === undefined || asked.body === undefined || !('json' in asked.body)) return undefined;
  return { json: turn.handBack(asked.body.json as Tree, parts, call) };
};

/** Every seal in a request to an upstream, at the place that its vendor looks at. */
export const sealsSent = (body: unknown): readonly string[] =>
  [
    ...treesAt(body, 'input')
      .filter(({ type }) => type === 'reasoning')
      .map((item) => textAt(item, 'encrypted_content')),
    ...treesAt(body, 'messages')
      .flatMap((message) => treesAt(message, 'content'))
      .filter(({ type }) => type === 'thinking')
      .map((block) => textAt(block, 'signature')),
    ...treesAt(body, 'contents')
      .flatMap((content) => treesAt(content, 'parts'))
      .filter(({ functionCall }) => isTree(functionCall))
      .map((part) => textAt(part, 'thoughtSignature')),
  ].filter((seal) => seal !== '');
