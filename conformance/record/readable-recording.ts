import { recordingSchema, type Recording, type UnsealedRecording } from '#fixtures/recordings/recording';
import { sealed } from '#fixtures/recordings/seal-recording';

import { Refusal } from './refusal.ts';

/**
 * Sealed. What passes is not always what the format knows (`OPTIONS *`, status 999), and one file that cannot be read would make all of its
 * directory unreadable: so it is looked at before it is written, which costs a fraction of the seal. Throws {@link Refusal}.
 */
export const readableRecording = (unsealed: UnsealedRecording): Recording => {
  const recording = sealed(unsealed);
  const { error } = recordingSchema.safeParse(recording);
  if (error === undefined) return recording;
  const [issue] = error.issues;
  throw new Refusal('cannot-say', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
};
