import type { JsonObject, ToolDefinition } from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';
import { inputOnly, readGrammar } from './custom-tools.ts';
import {
  asObject,
  needObject,
  needText,
  noNeutralForm,
  optionalArray,
  optionalObject,
  optionalText,
  present,
  type WireObject,
} from './reading.ts';

/** What OpenAI's two APIs write alike about tools; Chat wraps it once more in an object named after the kind of tool. */

const noArguments: JsonObject = { type: 'object', properties: {} };

export const readFunctionTool = (fn: WireObject, path: string): ToolDefinition => ({
  name: needText(fn['name'], `${path}.name`),
  ...present({ description: optionalText(fn['description'], `${path}.description`) }),
  parameters: (optionalObject(fn['parameters'], `${path}.parameters`) ?? noArguments) as JsonObject,
  ...(fn['strict'] === true && { strict: true }),
});

/** `grammarIn`: where the API keeps the grammar in the tool's format. */
export const readCustomTool = (
  custom: WireObject,
  path: string,
  losses: Loss[],
  grammarIn: (format: WireObject | undefined) => WireObject | undefined,
): ToolDefinition => {
  const format = asObject(custom['format']);
  const grammar = readGrammar(grammarIn(format));
  if (grammar === undefined && format !== undefined && format['type'] !== 'text') {
    losses.push({ path: `${path}.format`, why: noNeutralForm('a format', format) });
  }
  return {
    kind: 'custom',
    name: needText(custom['name'], `${path}.name`),
    ...present({ description: optionalText(custom['description'], `${path}.description`), grammar }),
    parameters: inputOnly,
  };
};

/** The tools of a request; `readTool` gives nothing for one that has no neutral form, which is declared as a loss. */
export const readEachTool = (
  body: WireObject,
  losses: Loss[],
  readTool: (tool: WireObject, path: string) => ToolDefinition | undefined,
): ToolDefinition[] =>
  (optionalArray(body['tools'], 'tools') ?? []).flatMap((wire, index) => {
    const path = `tools[${index}]`;
    const tool = needObject(wire, path);
    const read = readTool(tool, path);
    if (read === undefined) losses.push({ path, why: noNeutralForm('a tool', tool) });
    return read === undefined ? [] : [read];
  });
