import { type Fields, fieldsOf, listOf, textOf } from '../../interop/plays/loose.ts';
import type { OfferedTool } from '../../interop/plays/question.ts';

/** What the mocked model wants done: a file of this name with this text, and its text back. */
export interface Proof {
  readonly file: string;
  /** Printed and written; its two halves stand apart in the command, so that only a command that ran can have joined them. */
  readonly halves: readonly [string, string];
}

export interface ToolChoice {
  readonly name: string;
  readonly args: Fields;
}

export const proofText = ({ halves }: Proof): string => halves.join('-');

const commandOf = ({ file, halves }: Proof): string => `printf %s-%s ${halves.join(' ')} > ${file} && cat ${file}`;

const typesOf = (property: Fields): readonly string[] => [property['type']].flat().map((type) => textOf(type).toLowerCase());

const isShell = /bash|shell|exec|terminal|command/i;
const commandNames = ['command', 'cmd', 'script'];

/** Any value that the schema allows; only for properties that have to be there. */
const filler = (property: Fields): unknown => {
  const [first] = listOf(property['enum']);
  if (first !== undefined) return first;
  const types = typesOf(property);
  if (types.includes('boolean')) return false;
  if (types.includes('number') || types.includes('integer')) return 10;
  if (types.includes('array')) return [];
  return types.includes('object') ? {} : 'Write a file and show it';
};

const argsWith = ({ parameters }: OfferedTool, known: Fields): Fields => {
  const properties = fieldsOf(parameters['properties']);
  const required = listOf(parameters['required']).map(textOf);
  const rest = required.filter((name) => !(name in known)).map((name) => [name, filler(fieldsOf(properties[name]))] as const);
  return { ...known, ...Object.fromEntries(rest) };
};

const shellCall = (tool: OfferedTool, proof: Proof): ToolChoice | undefined => {
  const properties = fieldsOf(tool.parameters['properties']);
  const name = isShell.test(tool.name) ? commandNames.find((each) => each in properties) : undefined;
  if (name === undefined) return undefined;
  const command = commandOf(proof);
  const isList = typesOf(fieldsOf(properties[name])).includes('array');
  return { name: tool.name, args: argsWith(tool, { [name]: isList ? ['bash', '-c', command] : command }) };
};

const isWriter = /write|create/i;
const pathNames = ['file_path', 'filePath', 'filepath', 'path', 'file'];
const contentNames = ['content', 'contents', 'file_text', 'text'];

const writeCall = (tool: OfferedTool, proof: Proof): ToolChoice | undefined => {
  const properties = fieldsOf(tool.parameters['properties']);
  const path = pathNames.find((each) => each in properties);
  const content = contentNames.find((each) => each in properties);
  if (!isWriter.test(tool.name) || path === undefined || content === undefined) return undefined;
  return { name: tool.name, args: argsWith(tool, { [path]: proof.file, [content]: proofText(proof) }) };
};

/**
 * The call that makes the proof with the tools that a client offers: a shell by its name and schema, else a tool that writes files.
 * `undefined` when it offers neither.
 */
export const chooseTool = (tools: readonly OfferedTool[], proof: Proof): ToolChoice | undefined => {
  const calls = [...tools.map((tool) => shellCall(tool, proof)), ...tools.map((tool) => writeCall(tool, proof))];
  return calls.find((call) => call !== undefined);
};
