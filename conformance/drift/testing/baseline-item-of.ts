import type { BaselineItem } from '../live/baseline-item.ts';

/** A recorded question of Chat Completions; what a test is about is handed in. */
export const itemOf = (group: string, more: Partial<BaselineItem> = {}): BaselineItem => ({
  id: group,
  group,
  from: 'recording',
  surface: 'openai-chat',
  upstream: 'https://api.openai.com',
  request: {
    method: 'POST',
    target: '/v1/chat/completions',
    fields: [
      ['content-type', 'application/json'],
      ['Authorization', 'Bearer redacted-credential-1'],
    ],
    body: Buffer.from(JSON.stringify({ model: 'gpt-4.1', max_tokens: 5, messages: [{ role: 'user', content: group }] })),
  },
  redacted: [{ path: 'request.fields.authorization', kind: 'credential' }],
  status: 200,
  cut: false,
  socket: false,
  dropsContent: false,
  deviates: false,
  fieldNames: ['content-type', 'authorization'],
  ...more,
});
