import type { Recording } from '#fixtures/recordings/recording';
import { recorded, recordedAnswer } from '#fixtures/recordings/testing/recorded';

/** A sealed recording whose answer is this text. */
export const recordingOf = (id: string, text: string): Recording =>
  recorded(
    id,
    {},
    {
      provenance: { at: '2026-11-23T04:00:00.000Z', upstream: 'https://api.openai.com', tool: 'wireproof test', surface: 'openai-chat' },
      answer: recordedAnswer({ pieces: [{ afterMs: 0, utf8: text }] }),
    },
  );
