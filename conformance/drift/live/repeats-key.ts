import { bytesOf } from '#fixtures/recordings/recorded-bytes';
import type { UnsealedRecording } from '#fixtures/recordings/recording';
import { decodeBody } from '#fixtures/upstreams/decode-body';

/** Shorter ones are words that local servers take for a key. */
const fewestLetters = 8;

const waysToWrite = (key: string): readonly string[] => [...new Set([key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)])];

/** A body as it reads: without its content encoding, as far as that can be undone. */
const readable = async ({ fields, pieces, tail }: NonNullable<UnsealedRecording['answer']>): Promise<Buffer> => {
  const bytes = Buffer.concat([...pieces, ...(tail === undefined ? [] : [tail])].map(bytesOf));
  const encoding = fields.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ?? '';
  return decodeBody(bytes, encoding).catch(() => bytes);
};

/** Whether a recording that is to be written holds the key: a vendor may say it in an answer, in pieces, and in a form that nobody knows. */
export const repeatsKey = async (recording: Omit<UnsealedRecording, 'id'>, key: string | undefined): Promise<boolean> => {
  if (key === undefined || key.length < fewestLetters) return false;
  const { answer } = recording;
  const texts = [JSON.stringify(recording), ...(answer === undefined ? [] : [(await readable(answer)).toString('latin1')])];
  return waysToWrite(key).some((way) => texts.some((text) => text.includes(way)));
};
