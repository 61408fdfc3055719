import { isRecord, jsonOf, mapTree, withJson, withText, type Message } from './defect.ts';

/** What defects of row 12 do to a request on either side of the proxy. */

type Body = Record<string, unknown>;

const generates = (message: Message): boolean => message.method === 'POST';

/** The level that a caller's request asks for, wherever its dialect writes it. */
export const effortOf = (message: Message): unknown => {
  const body = jsonOf(message.body) ?? {};
  const [reasoning, output] = [body['reasoning'], body['output_config']];
  return (
    body['reasoning_effort'] ?? (isRecord(reasoning) ? reasoning['effort'] : undefined) ?? (isRecord(output) ? output['effort'] : undefined)
  );
};

/** The caller's request without what it says of reasoning. */
export const withoutEffort = (message: Message): Message =>
  generates(message)
    ? withJson(
        message,
        ({ reasoning_effort: _effort, reasoning: _reasoning, thinking: _thinking, output_config: _output, ...rest }) => rest,
      )
    : message;

const suffix = /\(([^()]+)\)(?=:|$)/;

/** The suffix of the model's name in a caller's request, in the body or in the path. */
export const suffixOf = (message: Message): string | undefined => {
  const model = jsonOf(message.body)?.['model'];
  return suffix.exec(typeof model === 'string' ? model : (message.path.split('?')[0] ?? ''))?.[1];
};

const withoutSuffixIn = (body: Body): Body =>
  typeof body['model'] === 'string' ? { ...body, model: body['model'].replace(suffix, '') } : body;

/** The caller's request under the model's plain name. */
export const withoutSuffix = (message: Message): Message =>
  generates(message) ? withJson({ ...message, path: message.path.replace(suffix, '') }, withoutSuffixIn) : message;

/** The upstream's request with every Google `thinkingConfig` changed. */
export const withThinkingConfig = (message: Message, edit: (config: Body) => Body): Message =>
  withJson(message, (body) =>
    mapTree(body, (value) =>
      isRecord(value) && isRecord(value['thinkingConfig']) ? { ...value, thinkingConfig: edit(value['thinkingConfig']) } : value,
    ),
  );

/** The upstream's request under another name of its model, which Google has in the path and the others in the body. */
export const underName = (message: Message, rename: (model: string) => string): Message => {
  const path = message.path.replace(/(?<=\/models\/)[^:/]+/, rename);
  const body = jsonOf(message.body);
  return typeof body?.['model'] === 'string'
    ? withText({ ...message, path }, JSON.stringify({ ...body, model: rename(body['model']) }))
    : { ...message, path };
};

/** The correlation token of a request: it is in the content, so it is the same on both sides. */
export const tokenOf = (message: Message): string => /wpt_\w+/.exec(message.body.toString('utf8'))?.[0] ?? '';
