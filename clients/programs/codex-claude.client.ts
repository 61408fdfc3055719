import { defineClient } from '../client.ts';
import codex from './codex.client.ts';

export default defineClient({
  ...codex,
  id: 'codex-claude',
  title: 'Codex CLI with a Claude model',
  about: 'The proxy translates Responses to Messages and back.',
  surface: 'anthropic-messages',
  needs: ['as Codex CLI, with a Claude model for `-m`'],
});
