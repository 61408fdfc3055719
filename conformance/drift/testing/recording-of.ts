import type { Recording } from '#fixtures/recordings/recording';
import { sealed } from '#fixtures/recordings/seal-recording';

/** A sealed recording whose answer is this text. */
export const recordingOf = (id: string, text: string): Recording =>
  sealed({
    schema: 'wireproof.recording/v1',
    id,
    provenance: { at: '2026-11-23T04:00:00.000Z', upstream: 'https://api.openai.com', tool: 'wireproof test', surface: 'openai-chat' },
    redactions: [],
    request: { method: 'POST', target: '/v1/chat/completions', fields: [], body: { utf8: '{}' } },
    answer: {
      status: 200,
      version: '1.1',
      fields: [['content-type', 'application/json']],
      headAfterMs: 1,
      framing: 'chunked',
      pieces: [{ afterMs: 0, utf8: text }],
      ends: 'complete',
      endAfterMs: 0,
    },
  });
