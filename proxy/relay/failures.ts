import type { Dialect } from '../dialects/dialect.ts';
import { ProxyError } from '../errors.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import type { Attempt, Failure, Remedy } from '../remedies/remedy.ts';
import { refusesModel } from '../routing/model-support.ts';
import type { RelayContext } from './context.ts';
import type { UpstreamAnswer } from './send.ts';
import { maxErrorBodyBytes } from './limits.ts';
import { readErrorText } from './read-body.ts';
import { refusalText } from './refusal-text.ts';
import { withoutSecrets } from './secrets.ts';

/** An upstream's refusal together with what the client will be told. */
export interface Refused {
  readonly failure: Failure;
  readonly info: ErrorInfo;
  /** The upstream's body when it may go to the client as it came: it is the client's own envelope and nothing has to be added. */
  readonly untouched?: string;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const messageIn = (wire: unknown): string | undefined => {
  if (wire === null || typeof wire !== 'object') return undefined;
  const { message, msg, error, detail } = wire as Readonly<Record<string, unknown>>;
  const nested = error !== null && typeof error === 'object' ? (error as Readonly<Record<string, unknown>>).message : undefined;
  return [message, msg, error, nested, detail].find((value): value is string => typeof value === 'string' && value !== '');
};

const seconds = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,9}$/.test(value.trim()) ? Number(value) : undefined;

const aboutHeaders = (headers: Failure['headers']): Pick<ErrorInfo, 'retryAfterSeconds' | 'requestId'> => {
  const retryAfterSeconds = seconds(headers['retry-after']);
  const requestId = headers['x-request-id'] ?? headers['request-id'];
  return { ...(retryAfterSeconds !== undefined && { retryAfterSeconds }), ...(requestId !== undefined && { requestId }) };
};

/** What the upstream said, in neutral form; a body of no known shape becomes the message (sheet 1.4). */
const readInfo = ({ status, headers, bodyText }: Failure, dialect: Dialect): ErrorInfo => {
  // Beyond 599 there are no classes, and nobody could be told such a status.
  if (status < 400 || status > 599)
    return new ProxyError(
      'upstream-bad-answer',
      `The upstream answered status ${status}, which is no answer to a request like this.`,
    ).toInfo();
  const wire = parsed(bodyText);
  const known = wire === undefined ? undefined : dialect.decodeError(status, wire);
  const text = wire === undefined ? refusalText(status, bodyText, headers['content-type']) : (messageIn(wire) ?? bodyText.trim());
  return { ...(known ?? { status, message: text }), ...aboutHeaders(headers) };
};

/** Whether everything that the envelope says has its like in the body; null stands for "nothing to say". */
const hasShapeOf = (envelope: unknown, wire: unknown): boolean => {
  if (envelope === null || wire === null) return true;
  if (typeof wire !== typeof envelope) return false;
  return (
    typeof envelope !== 'object' ||
    Object.entries(envelope).every(([key, value]) => hasShapeOf(value, (wire as Record<string, unknown>)[key]))
  );
};

/**
 * Whether a body is the client's own envelope. Sharing a dialect is not enough: gateways in front of a vendor answer in their own
 * words, Google's envelope from an OpenAI-compatible address for example.
 */
const isOwnEnvelope = (client: Dialect, { status, message, type, code }: ErrorInfo, bodyText: string): boolean => {
  const wire = parsed(bodyText);
  if (typeof wire !== 'object' || wire === null || Array.isArray(wire) || client.decodeError(status, wire) === undefined) return false;
  const envelope = client.encodeError({ status, message, ...(type !== undefined && { type }), ...(code !== undefined && { code }) });
  // Anthropic's envelope holds what OpenAI's needs; its `type` at the top gives it away.
  return 'type' in wire === 'type' in (envelope as object) && hasShapeOf(envelope, wire);
};

/**
 * A vendor's `type` means nothing in another vendor's envelope; there the encoder names the class by status. The same goes for codes
 * that are no identifiers of the OpenAI kind, such as Google's `INVALID_ARGUMENT`.
 */
const withoutVendorWords = ({ type: _type, code, ...info }: ErrorInfo): ErrorInfo =>
  code !== undefined && /^[a-z][a-z0-9_]*$/.test(code) ? { ...info, code } : info;

const rewrite = (remedies: readonly Remedy[], info: ErrorInfo, failure: Failure): ErrorInfo =>
  remedies.reduce((current, { onError }) => onError?.(current, failure) ?? current, info);

/** Puts a failure into the words that the client gets, in the client's dialect. */
export const refused = (context: RelayContext, failure: Failure, upstream: Dialect, client: Dialect, streamed?: ErrorInfo): Refused => {
  const said =
    streamed === undefined ? readInfo(failure, upstream) : { ...streamed, message: withoutSecrets(streamed.message, failure.credential) };
  const info = rewrite(context.remedies, said, failure);
  const isOwn = client.id === upstream.id && info === said && streamed === undefined;
  if (isOwn && isOwnEnvelope(client, said, failure.bodyText)) return { failure, info, untouched: failure.bodyText };
  return { failure, info: client.id === upstream.id ? info : withoutVendorWords(info) };
};

interface Said {
  readonly status: number;
  readonly headers: UpstreamAnswer['headers'];
  readonly bodyText: string;
}

/** Counts a refusal and makes the record that remedies look at. */
export const failureOf = ({ routing }: RelayContext, attempt: Attempt, said: Said): Failure => {
  const isOfModel = refusesModel({ operation: attempt.operation, ...said });
  return {
    ...attempt,
    ...said,
    repeated: routing.counts.add(attempt.credential.id, attempt.model, said.status),
    modelRefusals: isOfModel ? routing.counts.add('model', attempt.requestedModel) : 0,
  };
};

export const readFailure = async (context: RelayContext, attempt: Attempt, answer: UpstreamAnswer): Promise<Failure> => {
  const bodyText = withoutSecrets(await readErrorText(answer, maxErrorBodyBytes), attempt.credential);
  return failureOf(context, attempt, { status: answer.status, headers: answer.headers, bodyText });
};
