import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'codex-gets-the-plain-list',
  about: 'client_version is not read: Codex gets OpenAI’s list of models',
  seenIn: 'sheet S6, row 18 (a)',
  front: (message, passOn) => passOn(message.path.startsWith('/v1/models?') ? { ...message, path: '/v1/models' } : message),
});
