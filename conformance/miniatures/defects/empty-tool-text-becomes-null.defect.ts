import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';

export default defineDefect({
  id: 'empty-tool-text-becomes-null',
  about: 'An empty tool result is sent upstream as null',
  seenIn: 'sheet R3 (e) 1: four sparse forms give four different bodies',
  back: (message, passOn) =>
    passOn(
      withJson(message, (body) =>
        mapTree(body, (value) => {
          if (!isRecord(value)) return value;
          const sparse = value['role'] === 'tool' && value['content'] === '' ? { content: null } : {};
          const output = value['type'] === 'function_call_output' && value['output'] === '' ? { output: null } : {};
          const block = value['type'] === 'tool_result' && value['content'] === '' ? { content: null } : {};
          const response = isRecord(value['response']) && value['response']['result'] === '' ? { response: {} } : {};
          return { ...value, ...sparse, ...output, ...block, ...response };
        }),
      ),
    ),
});
