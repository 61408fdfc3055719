import { defineClient } from '../client.ts';

export default defineClient({
  id: 'opencode',
  title: 'opencode',
  package: 'opencode-ai',
  version: '1.18.33',
  bin: 'opencode',
  surface: 'openai-chat',
  needs: [
    'a provider in `opencode.json` with npm `@ai-sdk/openai-compatible` (bundled), `baseURL` …/v1 and the key',
    '`OPENCODE_DISABLE_MODELS_FETCH=1`',
  ],
  // Its own program is put in place by an install script, which is not run; this is where it comes from.
  command: ({ folder, platform, arch }) => [`${folder}/../opencode-${platform}-${arch}${arch === 'x64' ? '-baseline' : ''}/bin/opencode`],
  args: ({ prompt, streams }) => ['run', ...(streams ? ['--format', 'json'] : []), prompt],
  env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' }),
  files: ({ url, key, model }) => ({
    '.config/opencode/opencode.json': JSON.stringify({
      autoupdate: false,
      share: 'disabled',
      model: `wireproof/${model}`,
      small_model: `wireproof/${model}`,
      provider: {
        wireproof: {
          npm: '@ai-sdk/openai-compatible',
          name: 'wireproof',
          options: { baseURL: `${url}/v1`, apiKey: key },
          models: { [model]: { name: model, limit: { context: 128_000, output: 8_000 } } },
        },
      },
    }),
  }),
});
