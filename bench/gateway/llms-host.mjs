// @musistudio/llms is a library with a server in it: this starts it as its own README does, with one provider and its log off.
import { createRequire } from 'node:module';

const [, , packageFolder, port, upstreamUrl, model] = process.argv;
// Its ESM build does not load: it requires modules of Node in a way that its bundler refuses.
const { default: Server } = createRequire(import.meta.url)(`${packageFolder}/dist/cjs/server.cjs`);

const provider = {
  name: 'bench',
  api_base_url: `${upstreamUrl}/v1/chat/completions`,
  api_key: 'bench-upstream-key',
  models: [model],
};
const server = new Server({
  useEnvFile: false,
  useJsonFile: false,
  initialConfig: { HOST: '127.0.0.1', PORT: port, providers: [provider] },
  logger: false,
});
await server.start();
