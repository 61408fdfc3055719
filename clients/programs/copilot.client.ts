import { defineClient } from '../client.ts';

export default defineClient({
  id: 'copilot',
  title: 'GitHub Copilot CLI',
  package: '@github/copilot',
  version: '1.0.102',
  bin: 'copilot',
  surface: 'openai-chat',
  needs: [
    '`COPILOT_OFFLINE=true`, `COPILOT_PROVIDER_BASE_URL` …/v1, `COPILOT_PROVIDER_API_KEY`, `COPILOT_PROVIDER_TYPE=openai`, `COPILOT_PROVIDER_WIRE_API=completions`',
    '`COPILOT_MODEL`; `--allow-all-tools`',
  ],
  command: ({ node, folder }) => [node, `${folder}/npm-loader.js`],
  args: ({ prompt }) => ['-p', prompt, '--allow-all-tools', '--no-color'],
  env: ({ url, key, model }) => ({
    COPILOT_OFFLINE: 'true',
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
    COPILOT_PROVIDER_API_KEY: key,
    COPILOT_PROVIDER_TYPE: 'openai',
    COPILOT_PROVIDER_WIRE_API: 'completions',
    COPILOT_MODEL: model,
  }),
});
