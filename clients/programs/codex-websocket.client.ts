import { defineClient } from '../client.ts';
import { codexArgs } from './codex-args.ts';
import codex from './codex.client.ts';

export default defineClient({
  ...codex,
  id: 'codex-websocket',
  title: 'Codex CLI over WebSocket',
  needs: ['as Codex CLI, with `supports_websockets = true`'],
  args: (aim) => codexArgs(aim, { webSocket: true }),
});
