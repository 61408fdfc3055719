/**
 * Starts the server of @musistudio/llms, which is a library: `node llms.mjs PACKAGE PORT CHAT RESPONSES MESSAGES GEMINI`, the last four being
 * base URLs of upstreams. Providers are written as the README of claude-code-router, which it was made for, writes them.
 */
import { createRequire } from 'node:module';

const [folder, port, chat, responses, messages, gemini] = process.argv.slice(2);
// Its other build, for `import`, does not load: Dynamic require of "child_process" is not supported.
const { default: Server } = createRequire(import.meta.url)(`${folder}/dist/cjs/server.cjs`);

const provider = (name, url, models, transformer) => ({
  name,
  api_base_url: url,
  api_key: 'sk-wireproof',
  models,
  ...(transformer && { transformer: { use: [transformer] } }),
});

const server = new Server({
  logger: false,
  // Else it looks for ./config.json and ./.env of whoever starts it.
  useJsonFile: false,
  useEnvFile: false,
  initialConfig: {
    HOST: '127.0.0.1',
    PORT: port,
    providers: [
      provider('chat', `${chat}/chat/completions`, ['gpt-4.1-mini']),
      provider('responses', `${responses}/responses`, ['gpt-5.4'], 'openai-responses'),
      provider('messages', `${messages}/v1/messages`, ['claude-sonnet-4-6'], 'Anthropic'),
      provider('google', `${gemini}/v1beta/models/`, ['gemini-2.5-pro'], 'gemini'),
    ],
  },
});
await server.start();
