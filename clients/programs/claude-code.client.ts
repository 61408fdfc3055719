import { defineClient } from '../client.ts';

export default defineClient({
  id: 'claude-code',
  title: 'Claude Code',
  package: '@anthropic-ai/claude-code',
  version: '2.1.197',
  bin: 'claude',
  surface: 'anthropic-messages',
  needs: [
    '`ANTHROPIC_BASE_URL` without `/v1`',
    '`ANTHROPIC_AUTH_TOKEN` (Bearer) or `ANTHROPIC_API_KEY` (x-api-key)',
    '`--allowedTools Bash` to run tools without asking',
  ],
  // Its own program is put in place by an install script, which is not run; the wrapper finds it without.
  command: ({ node, folder }) => [node, `${folder}/cli-wrapper.cjs`],
  args: ({ prompt, model, streams }) => [
    '-p',
    prompt,
    '--model',
    model,
    '--allowedTools',
    'Bash',
    ...(streams ? ['--output-format', 'stream-json', '--verbose', '--include-partial-messages'] : []),
  ],
  env: ({ url, key }) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: key, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' }),
});
