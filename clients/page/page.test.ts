import { expect, it } from 'vitest';

import type { Recorded } from '../record.ts';
import { pageText } from './page.ts';

const client = {
  id: 'one',
  title: 'One',
  package: '@a/one',
  version: '1.2.3',
  surface: 'openai-chat' as const,
  needs: ['a base URL'],
  about: 'Special.',
};

const recorded = (more: Partial<Recorded>): Recorded => ({
  client: 'one',
  package: '@a/one',
  version: '1.2.3',
  case: 'plain',
  model: 'm',
  command: "one -p 'Say it.'",
  ran: { on: '2026-11-22', node: 'v20.20.2', system: 'Linux', network: 'namespace' },
  outcome: {
    ended: 'exit 0',
    requests: ['POST /v1/chat/completions → 200'],
    tries: 1,
    prints: 'the whole answer',
    namesAsked: ['api.example.test'],
    leftBehind: [],
  },
  seconds: 1.2,
  waits: [],
  output: 'alpha-begins',
  exchanges: [
    {
      over: 'http',
      method: 'POST',
      path: '/v1/chat/completions',
      requestHeaders: { accept: '*/*', authorization: 'Bearer <key>', 'user-agent': 'one/1' },
      requestBytes: 1_000,
      status: 200,
      responseHeaders: {},
      ended: 'complete',
    },
  ],
  exchangesSeen: 1,
  ...more,
});

it('shows each case of each client in words, and says which could not be run', () => {
  const plain = recorded({});
  const cut = recorded({ case: 'cut', output: 'Error:\nbroken', outcome: { ...plain.outcome, ended: 'exit 1', prints: 'no answer' } });
  const text = pageText([client], [plain, cut]);
  expect(text.slice(text.indexOf('| client'))).toBe(
    `| client      | plain turn      | tool call   | streamed turn | 401         | 429         | 500         | mid-stream cut                               |
| ----------- | --------------- | ----------- | ------------- | ----------- | ----------- | ----------- | -------------------------------------------- |
| [One](#one) | answers, exit 0 | **not run** | **not run**   | **not run** | **not run** | **not run** | does not ask again, prints no answer, exit 1 |

"Still running" means that the client was ended after that time. Pauses are those between the end of one try and the beginning of the next.

<a id="one"></a>

## One

npm package @a/one 1.2.3; upstream openai-chat, model m.

Special.

- a base URL

\`\`\`sh
one -p 'Say it.'
\`\`\`

Endpoints: \`POST /v1/chat/completions\`. Looks up beside the proxy: \`api.example.test\`. Leaves running: nothing.

Headers: \`authorization: Bearer <key>\`, \`user-agent: one/1\`

**plain turn**: answers, exit 0. Requests: POST /v1/chat/completions → 200. [Exchange](../clients/exchanges/one/plain.json)

**mid-stream cut**: does not ask again, prints no answer, exit 1. Requests: POST /v1/chat/completions → 200. [Exchange](../clients/exchanges/one/cut.json)

\`\`\`text
Error:
broken
\`\`\`
`,
  );
});

it('shows the headers of the handshake where turns go over a WebSocket', () => {
  const [http] = recorded({}).exchanges;
  if (http === undefined) throw new Error('no exchange');
  const handshake = {
    ...http,
    over: 'websocket' as const,
    method: 'GET',
    status: 101,
    requestBytes: 0,
    requestHeaders: { originator: 'one' },
  };
  const message = { ...handshake, method: 'response.create', requestBytes: 9_000, requestHeaders: {} };
  const other = { ...http, requestBytes: 0, requestHeaders: {} };
  expect(pageText([client], [recorded({ exchanges: [other, handshake, message] })])).toContain('\nHeaders: `originator: one`\n');
});
