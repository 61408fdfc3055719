import { defineClient } from '../client.ts';
import { codexArgs } from './codex-args.ts';

export default defineClient({
  id: 'codex',
  title: 'Codex CLI',
  package: '@openai/codex',
  version: '0.169.0',
  bin: 'codex',
  surface: 'openai-responses',
  needs: ['a `model_providers` entry with `base_url` …/v1, `env_key`, `wire_api = "responses"`', 'the key in that environment variable'],
  command: ({ node, folder }) => [node, `${folder}/bin/codex.js`],
  args: (aim) => codexArgs(aim, { webSocket: false }),
  env: ({ key }) => ({ WIREPROOF_KEY: key }),
});
