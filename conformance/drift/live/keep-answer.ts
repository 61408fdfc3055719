import type { Recording } from '#fixtures/recordings/recording';
import { sealed } from '#fixtures/recordings/seal-recording';

import type { Captured } from '../../record/captured.ts';
import { makeRecording, type MakeOptions } from '../../record/make-recording.ts';
import { Refusal } from '../../record/refusal.ts';
import { repeatsKey } from './repeats-key.ts';

/** What came as a sealed recording, redacted, or why it must not be one: `secret-left: …`. */
export const keepAnswer = async (
  captured: Captured,
  id: string,
  making: MakeOptions,
  key: string | undefined,
): Promise<{ readonly recording: Recording } | { readonly refused: string }> => {
  try {
    const { schema, ...rest } = makeRecording(captured, making);
    if (await repeatsKey({ schema, ...rest }, key)) throw new Refusal('secret-left', 'the answer repeats the key');
    return { recording: sealed({ schema, id, ...rest }) };
  } catch (error) {
    if (error instanceof Refusal) return { refused: `${error.code}: ${error.message}` };
    throw error;
  }
};
