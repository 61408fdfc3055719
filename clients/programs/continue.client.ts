import { defineClient } from '../client.ts';

export default defineClient({
  id: 'continue',
  title: 'Continue CLI',
  package: '@continuedev/cli',
  version: '1.5.47',
  bin: 'cn',
  surface: 'openai-chat',
  needs: [
    'a model in `config.yaml` with `provider: openai`, `apiBase` …/v1 and the key; `--config`',
    '`--auto` to run tools without asking',
  ],
  command: ({ node, folder }) => [node, `${folder}/dist/cn.js`],
  args: ({ prompt, home }) => ['-p', prompt, '--auto', '--config', `${home}/.continue/config.yaml`],
  env: () => ({ CONTINUE_TELEMETRY_ENABLED: '0', CONTINUE_CLI_ENABLE_TELEMETRY: '0' }),
  files: ({ url, key, model }) => ({
    '.continue/config.yaml': [
      'name: wireproof',
      'version: 1.0.0',
      'schema: v1',
      'models:',
      `  - name: ${model}`,
      '    provider: openai',
      `    model: ${model}`,
      `    apiBase: ${url}/v1`,
      `    apiKey: ${key}`,
      '    roles: [chat, edit, apply]',
      '    capabilities: [tool_use]',
      '',
    ].join('\n'),
  }),
});
