import { defineClient } from '../client.ts';

export default defineClient({
  id: 'gemini-cli',
  title: 'Gemini CLI',
  package: '@google/gemini-cli',
  version: '0.61.0',
  bin: 'gemini',
  surface: 'gemini-generate',
  needs: [
    '`GOOGLE_GEMINI_BASE_URL` without `/v1beta`, `GEMINI_API_KEY`',
    '`security.auth.selectedType = "gemini-api-key"` in `~/.gemini/settings.json`: the base URL alone selects an authentication that it then refuses',
    '`-m`: without, it first asks a router model',
    '`--approval-mode yolo` to run tools without asking, `GEMINI_CLI_TRUST_WORKSPACE=true`',
  ],
  command: ({ node, folder }) => [node, `${folder}/bundle/gemini.js`],
  args: ({ prompt, model, streams }) => [
    '-p',
    prompt,
    '-m',
    model,
    '--approval-mode',
    'yolo',
    ...(streams ? ['--output-format', 'stream-json'] : []),
  ],
  env: ({ url, key }) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: key, GEMINI_CLI_TRUST_WORKSPACE: 'true' }),
  files: () => ({
    '.gemini/settings.json': JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { enableAutoUpdate: false, disableAutoUpdate: true, disableUpdateNag: true },
    }),
  }),
});
