import type { Credential } from '../providers/provider.ts';
import type { EventBatch } from './read-events.ts';

/** Shorter texts are no secrets, and replacing them would garble the sentence around them. */
const shortestSecret = 8;

const secretsOf = ({ secret, headers }: Credential): readonly string[] =>
  [secret, ...Object.values(headers ?? {}).map((value) => value.replace(/^bearer\s+/i, ''))].filter(
    ({ length }) => length >= shortestSecret,
  );

const blotted = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);

/**
 * An upstream's words without what the proxy showed it: some vendors repeat the key that they refuse, and the client must not learn it.
 * @example withoutSecrets('Incorrect API key provided: sk-upstream-1', credential) // 'Incorrect API key provided: ***'
 */
export const withoutSecrets = (text: string, credential: Credential): string => blotted(text, secretsOf(credential));

/** The envelopes that the dialects have for an error inside of a stream; in text that a model wrote, the quotation marks are escaped. */
const tellsOfError = /(?<!\\)"(?:error|response\.failed)"/;

/**
 * The same for the events of a stream, of which most pass without being looked at. The key is blotted out wherever it stands; a value of
 * a configured header may be an ordinary word, so it is blotted only where an error is told. Batches are whole events, so nothing is cut.
 */
export const newBatchRedactor = (credential: Credential): ((batch: EventBatch) => EventBatch) => {
  const secrets = secretsOf(credential).map((text) => ({ text, needle: Buffer.from(text) }));
  return (batch) => {
    const found = secrets.filter(({ needle }) => batch.bytes.includes(needle)).map(({ text }) => text);
    if (found.length === 0) return batch;
    const text = batch.bytes.toString('utf8');
    const secret = tellsOfError.test(text) ? found : found.filter((one) => one === credential.secret);
    const events = batch.events.map((event) => ({ ...event, data: blotted(event.data, secret) }));
    return { bytes: Buffer.from(blotted(text, secret)), events };
  };
};
