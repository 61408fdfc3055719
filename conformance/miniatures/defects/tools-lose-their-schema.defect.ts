import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';

export default defineDefect({
  id: 'tools-lose-their-schema',
  about: 'Tools go to the upstream without a schema',
  seenIn: 'sheet row 18 (b), CLIProxyAPI 415: input_schema: Field required',
  back: (message, passOn) =>
    passOn(
      withJson(message, (body) =>
        mapTree(body, (value) => {
          if (!isRecord(value)) return value;
          if ('input_schema' in value) return { ...value, input_schema: {} };
          const { parametersJsonSchema: _schema, ...declaration } = value;
          return declaration;
        }),
      ),
    ),
});
