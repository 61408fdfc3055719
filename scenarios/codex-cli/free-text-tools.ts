import { deviates, everyUpstreamCall, holds, inShort, type CallerSight, type FullSight, type Reading } from '#scenarios/kit/index';

type Tree = Readonly<Record<string, unknown>>;
const treeOf = (value: unknown): Tree => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The tools of a Codex request: functions, and tools that take free text, as `apply_patch` does. */
export const codexTools: readonly unknown[] = [
  {
    type: 'function',
    name: 'exec_command',
    description: 'Runs a command.',
    strict: false,
    parameters: { type: 'object', properties: { cmd: { type: 'string' } }, required: ['cmd'] },
  },
  { type: 'custom', name: 'run', description: 'Runs a program.' },
  {
    type: 'custom',
    name: 'apply_patch',
    description: 'Edits files. The input is a patch, not JSON.',
    format: { type: 'grammar', syntax: 'lark', definition: 'start: "*** Begin Patch" /(.|\\n)*/ "*** End Patch"' },
  },
  { type: 'web_search', external_web_access: false },
  { type: 'local_shell' },
];

/** The call that the mocked upstreams make of the tool `run`, and the text that stands in it. */
export const calledTool = 'run';
export const calledWith = 'print("21 °C")\nexit';

interface SentTool {
  readonly name: string;
  readonly schema: Tree;
}

/** The tools of an upstream request in the dialects of Claude models. */
const toolsSent = (body: unknown): readonly SentTool[] => {
  const tree = treeOf(body);
  const declared = listOf(tree['tools'] ?? treeOf(tree['request'])['tools']);
  return declared
    .flatMap((tool) => ('functionDeclarations' in treeOf(tool) ? listOf(treeOf(tool)['functionDeclarations']) : [tool]))
    .map(treeOf)
    .map((tool) => ({
      name: String(tool['name']),
      schema: treeOf(tool['input_schema'] ?? tool['parametersJsonSchema'] ?? tool['parameters']),
    }));
};

const isOneText = ({ schema }: SentTool): boolean => {
  const properties = treeOf(schema['properties']);
  return String(treeOf(properties['input'])['type']).toLowerCase() === 'string' && listOf(schema['required']).includes('input');
};

/** Holds when the tool reached the upstream as a function of one required text. */
export const sendsFreeTextTool = (sight: FullSight, name: string): Reading =>
  everyUpstreamCall(sight, ({ body }) => {
    const sent = toolsSent(body);
    return sent.some((tool) => tool.name === name && isOneText(tool))
      ? holds()
      : deviates({ expected: `a function ${name} with one required text, input`, actual: sent });
  });

/** Claude refuses a whole request for one tool without a schema: `tools.N.custom.input_schema.type: Field required`. */
export const everyToolHasASchema = (sight: FullSight): Reading =>
  everyUpstreamCall(sight, ({ body }) => {
    const sent = toolsSent(body);
    const bare = sent.filter(({ schema }) => String(schema['type']).toLowerCase() !== 'object');
    return sent.length > 0 && bare.length === 0
      ? holds()
      : deviates({ expected: 'tools with an object schema each', actual: bare.length > 0 ? bare : 'no tools' });
  });

/** The items that a streamed answer is made of, as Codex reads them: each when it is done. */
const itemsDone = ({ events }: CallerSight): readonly Tree[] =>
  events
    .map(({ json }) => treeOf(json))
    .filter(({ type }) => type === 'response.output_item.done')
    .map(({ item }) => treeOf(item));

/** Holds when the answer calls the tool as Codex knows it: free text, no JSON around it. */
export const callsWithFreeText = (sight: CallerSight): Reading => {
  const items = itemsDone(sight);
  const call = items.find(({ name }) => name === calledTool);
  if (call === undefined) return deviates({ expected: `a call of ${calledTool}`, actual: items.length > 0 ? items : inShort(sight) });
  const { type, input } = call;
  return type === 'custom_tool_call' && input === calledWith
    ? holds()
    : deviates({ expected: { type: 'custom_tool_call', input: calledWith }, actual: call });
};

/** What Codex sends with the next turn: the call that it made, with an id of another vendor's form, and what the tool said. */
export const earlierRound = (said: string): readonly unknown[] => [
  { type: 'custom_tool_call', call_id: 'call.custom:1', name: calledTool, input: calledWith },
  { type: 'custom_tool_call_output', call_id: 'call.custom:1', output: said },
];

/** The calls and results in the conversation that the upstream was sent, in the dialects of Claude models. */
const roundsSent = (body: unknown): { readonly calls: readonly Tree[]; readonly results: readonly Tree[] } => {
  const tree = treeOf(body);
  const turns = listOf(tree['messages'] ?? treeOf(tree['request'])['contents']).map(treeOf);
  const parts = turns.flatMap(({ content, parts: own }) => listOf(content ?? own)).map(treeOf);
  return {
    calls: parts.flatMap((part) => (part['type'] === 'tool_use' ? [part] : 'functionCall' in part ? [treeOf(part['functionCall'])] : [])),
    results: parts.flatMap((part) =>
      part['type'] === 'tool_result' ? [part] : 'functionResponse' in part ? [treeOf(part['functionResponse'])] : [],
    ),
  };
};

/** Claude takes letters, digits, `_` and `-` in ids, and nothing else. */
const isClaudesId = (id: unknown): boolean => typeof id === 'string' && /^[\w-]+$/.test(id);

/** Holds when the earlier call reached the upstream as one of a function, with its result under the same id. */
export const handsTheRoundOn = (sight: FullSight, said: string): Reading =>
  everyUpstreamCall(sight, ({ body, surface }) => {
    const { calls, results } = roundsSent(body);
    const [call, result] = [calls[0] ?? {}, results[0] ?? {}];
    const id = call['id'];
    const paired = id === (result['tool_use_id'] ?? result['id']) && (surface !== 'anthropic-messages' || isClaudesId(id));
    const carried = treeOf(call['input'] ?? call['args'])['input'] === calledWith && JSON.stringify(result).includes(said);
    return call['name'] === calledTool && paired && carried
      ? holds()
      : deviates({ expected: `a call of ${calledTool} with { input }, and its result`, actual: { calls, results } });
  });
