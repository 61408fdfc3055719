import type {
  AssistantPart,
  ChatRequest,
  ImagePart,
  TextPart,
  ToolChoice,
  ToolDefinition,
  ToolOutput,
  ToolResultPart,
  UserPart,
} from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { newToolNames, ownExtensions, writtenArguments, type ToolNames } from '../conversation.ts';
import { urlOfImage } from '../image-url.ts';
import { asObject, present } from '../reading.ts';

/** JSON text of a Responses body. Instructions are developer messages, as in the Codex translation of sheet P13. */
export const encodeRequest = (request: ChatRequest): Translated<string> => {
  const own = ownExtensions(request.extensions, 'openai-responses');
  const losses: Loss[] = [...own.losses, ...lossesOfSampling(request)];
  const reasoning = { ...asObject(own.fields['reasoning']), ...present({ effort: request.reasoningEffort }) };
  const body = {
    ...own.fields,
    model: request.model,
    input: writeInput(request, losses),
    ...(request.tools.length > 0 && { tools: request.tools.map(writeTool) }),
    ...(request.toolChoice && { tool_choice: writeToolChoice(request.toolChoice) }),
    ...present({ max_output_tokens: request.maxOutputTokens, temperature: request.temperature, top_p: request.topP }),
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
    ...(request.stream && { stream: true }),
  };
  return { value: JSON.stringify(body), losses };
};

const lossesOfSampling = ({ stop, reasoningBudget }: ChatRequest): Loss[] => [
  ...(stop === undefined ? [] : [{ path: 'stop', why: 'the Responses API has no stop sequences' }]),
  ...(reasoningBudget === undefined
    ? []
    : [{ path: 'reasoningBudget', why: 'the Responses API has levels of effort and no budget in tokens' }]),
];

/** `strict` defaults to true in this API and would then refuse schemas that every other dialect takes. */
const writeTool = ({ name, description, parameters }: ToolDefinition) => ({
  type: 'function',
  name,
  ...present({ description }),
  parameters,
  strict: false,
});

const writeToolChoice = (choice: ToolChoice) => (choice.kind === 'tool' ? { type: 'function', name: choice.name } : choice.kind);

const writeInput = ({ system, turns }: ChatRequest, losses: Loss[]): object[] => {
  const names = newToolNames();
  return [
    ...system.map((text) => message('developer', [{ type: 'input_text', text }])),
    ...turns.flatMap((turn, index) => {
      const path = `turns[${index}].parts`;
      return turn.role === 'user' ? writeUserTurn(turn.parts, path, names, losses) : writeAssistantTurn(turn.parts, path, names, losses);
    }),
  ];
};

const message = (role: string, content: readonly object[]): object => ({ type: 'message', role, content });

const writeUserTurn = (parts: readonly UserPart[], path: string, names: ToolNames, losses: Loss[]): object[] =>
  inRuns(
    parts,
    (part) => (part.kind === 'tool-result' ? undefined : writeContent(part)),
    (content) => message('user', content),
    (part, index) => (part.kind === 'tool-result' ? [writeToolResult(part, `${path}[${index}]`, names, losses)] : []),
  );

const writeAssistantTurn = (parts: readonly AssistantPart[], path: string, names: ToolNames, losses: Loss[]): object[] =>
  inRuns(
    parts,
    (part) => (part.kind === 'text' ? { type: 'output_text', text: part.text } : undefined),
    (content) => message('assistant', content),
    (part, index) => (part.kind === 'text' ? [] : writeAssistantItem(part, `${path}[${index}]`, names, losses)),
  );

/** Neighbouring parts with content become one message; every other part is an item of its own, or none. Order is kept. */
const inRuns = <Part>(
  parts: readonly Part[],
  contentOf: (part: Part) => object | undefined,
  messageOf: (content: readonly object[]) => object,
  itemsOf: (part: Part, index: number) => readonly object[],
): object[] => {
  const items: object[] = [];
  let run: object[] = [];
  const endRun = (): void => {
    if (run.length > 0) items.push(messageOf(run));
    run = [];
  };
  parts.forEach((part, index) => {
    const content = contentOf(part);
    if (content === undefined) {
      endRun();
      items.push(...itemsOf(part, index));
    } else run.push(content);
  });
  endRun();
  return items;
};

const writeContent = (part: TextPart | ImagePart): object =>
  part.kind === 'text' ? { type: 'input_text', text: part.text } : { type: 'input_image', image_url: urlOfImage(part), detail: 'auto' };

const writeToolResult = (result: ToolResultPart, path: string, names: ToolNames, losses: Loss[]): object => {
  losses.push(...names.lossOfName(result, path));
  if (result.isError) losses.push({ path: `${path}.isError`, why: 'a function_call_output has no field that says that the tool failed' });
  return { type: 'function_call_output', call_id: result.callId, ...writeOutput(result.output) };
};

const writeOutput = (output: ToolOutput): { output?: unknown } => {
  if (output.form === 'missing') return {};
  if (output.form === 'null') return { output: null };
  return { output: output.form === 'text' ? output.text : output.parts.map(writeContent) };
};

const writeAssistantItem = (part: Exclude<AssistantPart, TextPart>, path: string, names: ToolNames, losses: Loss[]): readonly object[] => {
  if (part.kind === 'tool-call') {
    names.called(part.id, part.name);
    return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: writtenArguments(part.arguments) }];
  }
  if (part.signature?.issuer !== 'openai-responses') {
    losses.push({ path, why: 'reasoning goes back only with the seal of this API' });
    return [];
  }
  const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }];
  return [{ type: 'reasoning', summary, encrypted_content: part.signature.value }];
};
