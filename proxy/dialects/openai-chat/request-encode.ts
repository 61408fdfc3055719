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
import type { WireContent, WireImagePart, WireMessage, WireTextPart, WireToolCall } from './wire.ts';

/** JSON text of a Chat Completions body. A streamed request always asks for usage, whatever the client wants to see of it. */
export const encodeRequest = (request: ChatRequest): Translated<string> => {
  const own = ownExtensions(request.extensions, 'openai-chat');
  const losses: Loss[] = [...own.losses];
  if (request.reasoningBudget !== undefined) {
    losses.push({ path: 'reasoningBudget', why: 'Chat Completions has levels of effort and no budget in tokens' });
  }
  const body = {
    ...own.fields,
    model: request.model,
    messages: writeMessages(request, losses),
    ...(request.tools.length > 0 && { tools: request.tools.map(writeTool) }),
    ...(request.toolChoice && { tool_choice: writeToolChoice(request.toolChoice) }),
    ...writeSampling(request),
    ...(request.stream && { stream: true, stream_options: { ...asObject(own.fields['stream_options']), include_usage: true } }),
  };
  return { value: JSON.stringify(body), losses };
};

/** OpenAI's reasoning models refuse `max_tokens`; most compatible upstreams know nothing else. */
const wantsCompletionLimit = /^(o\d|gpt-5)/u;

const writeSampling = ({ model, maxOutputTokens, temperature, topP, stop, reasoningEffort }: ChatRequest) => ({
  ...present({ [wantsCompletionLimit.test(model) ? 'max_completion_tokens' : 'max_tokens']: maxOutputTokens }),
  ...present({ temperature, top_p: topP, stop, reasoning_effort: reasoningEffort }),
});

const writeTool = ({ name, description, parameters }: ToolDefinition) => ({
  type: 'function',
  function: { name, ...present({ description }), parameters },
});

const writeToolChoice = (choice: ToolChoice) =>
  choice.kind === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.kind;

const writeMessages = ({ system, turns }: ChatRequest, losses: Loss[]): WireMessage[] => {
  const names = newToolNames();
  return [
    ...system.map((content) => ({ role: 'system', content }) as const),
    ...turns.flatMap((turn, index) => {
      const path = `turns[${index}].parts`;
      return turn.role === 'user' ? writeUserTurn(turn.parts, path, names, losses) : [writeAssistantTurn(turn.parts, path, names, losses)];
    }),
  ];
};

/**
 * One message per tool result and one per run of other parts. Tool messages carry text only and must follow the call without anything
 * in between, so the images of a run of results are held back and open the user message that follows the run.
 */
const writeUserTurn = (parts: readonly UserPart[], path: string, names: ToolNames, losses: Loss[]): WireMessage[] => {
  const messages: WireMessage[] = [];
  const held: ImagePart[] = [];
  let run: (TextPart | ImagePart)[] = [];
  const endRun = (): void => {
    if (run.length > 0) messages.push({ role: 'user', content: writeContent(run) });
    run = [];
  };
  parts.forEach((part, index) => {
    if (part.kind === 'tool-result') {
      endRun();
      messages.push(writeToolResult(part, `${path}[${index}]`, names, losses));
      const images = imagesOf(part.output);
      if (images.length > 0) losses.push({ path: `${path}[${index}].output`, why: whyImagesMove });
      held.push(...images);
    } else run.push(...held.splice(0), part);
  });
  run.push(...held);
  endRun();
  return messages;
};

const whyImagesMove = 'a tool message carries text only; its images are sent in the user message that follows';

const imagesOf = (output: ToolOutput): ImagePart[] => (output.form === 'parts' ? output.parts.filter((part) => part.kind === 'image') : []);

const writeToolResult = (result: ToolResultPart, path: string, names: ToolNames, losses: Loss[]): WireMessage => {
  losses.push(...names.lossOfName(result, path));
  if (result.isError) losses.push({ path: `${path}.isError`, why: 'a tool message has no field that says that the tool failed' });
  return { role: 'tool', tool_call_id: result.callId, ...writeOutput(result.output) };
};

const writeOutput = (output: ToolOutput): { content?: WireContent | null } => {
  if (output.form === 'missing') return {};
  if (output.form === 'null') return { content: null };
  if (output.form === 'text') return { content: output.text };
  const texts = output.parts.filter((part) => part.kind === 'text');
  return { content: texts.length === 0 && output.parts.length > 0 ? '' : texts.map(writePart) };
};

function writePart(part: TextPart): WireTextPart;
function writePart(part: TextPart | ImagePart): WireTextPart | WireImagePart;
function writePart(part: TextPart | ImagePart): WireTextPart | WireImagePart {
  return part.kind === 'text' ? { type: 'text', text: part.text } : { type: 'image_url', image_url: { url: urlOfImage(part) } };
}

/** A single text is written as a string, which every upstream reads. */
const writeContent = (parts: readonly (TextPart | ImagePart)[]): WireContent => {
  const [first] = parts;
  return parts.length === 1 && first?.kind === 'text' ? first.text : parts.map((part) => writePart(part));
};

const writeAssistantTurn = (parts: readonly AssistantPart[], path: string, names: ToolNames, losses: Loss[]): WireMessage => {
  const texts: TextPart[] = [];
  const calls: WireToolCall[] = [];
  parts.forEach((part, index) => {
    if (part.kind === 'reasoning') losses.push({ path: `${path}[${index}]`, why: 'Chat Completions takes no reasoning of earlier turns' });
    else if (part.kind === 'tool-call') {
      names.called(part.id, part.name);
      calls.push({ id: part.id, type: 'function', function: { name: part.name, arguments: writtenArguments(part.arguments) } });
    } else {
      if (calls.length > 0) losses.push({ path: `${path}[${index}]`, why: 'text after a tool call is written before it' });
      texts.push(part);
    }
  });
  const content = texts.length > 0 ? writeContent(texts) : calls.length > 0 ? null : '';
  return { role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls }) };
};
