import { defineClient } from '../client.ts';
import { piModels } from './pi-models.ts';

export default defineClient({
  id: 'pi',
  title: 'pi, Chat Completions',
  package: '@mariozechner/pi-coding-agent',
  version: '0.73.1',
  bin: 'pi',
  surface: 'openai-chat',
  needs: ['a provider in `~/.pi/agent/models.json` with `baseUrl` …/v1, `api` openai-completions and the key', '`--provider`, `--model`'],
  command: ({ node, folder }) => [node, `${folder}/dist/cli.js`],
  args: ({ prompt, model, streams }) => ['-p', prompt, '--provider', 'wireproof', '--model', model, ...(streams ? ['--mode', 'json'] : [])],
  env: () => ({}),
  files: (aim) => piModels(aim, 'openai-completions', '/v1'),
});
