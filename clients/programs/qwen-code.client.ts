import { defineClient } from '../client.ts';

export default defineClient({
  id: 'qwen-code',
  title: 'Qwen Code',
  package: '@qwen-code/qwen-code',
  version: '0.15.10',
  bin: 'qwen',
  surface: 'openai-chat',
  needs: ['`OPENAI_BASE_URL` …/v1, `OPENAI_API_KEY`, `OPENAI_MODEL`', '`--approval-mode yolo` to run tools without asking'],
  command: ({ node, folder }) => [node, `${folder}/cli.js`],
  args: ({ prompt, streams }) => [
    '-p',
    prompt,
    '--approval-mode',
    'yolo',
    '--auth-type',
    'openai',
    ...(streams ? ['--output-format', 'stream-json', '--include-partial-messages'] : []),
  ],
  env: ({ url, key, model }) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key, OPENAI_MODEL: model }),
  files: () => ({
    '.qwen/settings.json': JSON.stringify({
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { disableAutoUpdate: true, disableUpdateNag: true },
    }),
  }),
});
