import { defineClient } from '../client.ts';
import codex from './codex-websocket.client.ts';

export default defineClient({
  ...codex,
  id: 'codex-claude-websocket',
  title: 'Codex CLI with a Claude model over WebSocket',
  about: 'The proxy translates Responses to Messages and back.',
  surface: 'anthropic-messages',
  needs: ['as Codex CLI, with a Claude model for `-m` and `supports_websockets = true`'],
});
