import { ProxyError } from '../errors.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';
import type { Provider, ProviderCall } from '../providers/provider.ts';
import type { Attempt } from '../remedies/remedy.ts';
import type { Candidate } from '../routing/model-table.ts';
import type { RelayContext } from './context.ts';
import { dialectNamed } from './context.ts';
import { readFailure, refused } from './failures.ts';
import type { Refused } from './failures.ts';
import { withAttempt } from './hooks.ts';
import { ranOutOfStack } from './nesting.ts';
import { openAnswer } from './open-answer.ts';
import type { Opened } from './open-answer.ts';
import type { Question } from './question.ts';
import type { Outgoing, UpstreamAnswer } from './send.ts';
import type { EndSignal } from './departure.ts';

/** What came of asking one credential once. */
export type Outcome =
  | {
      readonly kind: 'opened';
      readonly opened: Opened;
      readonly headers: Readonly<Record<string, string | undefined>>;
      /** What the translation of the request, and of an answer that is whole, could not carry. */
      readonly losses?: readonly Loss[];
    }
  | { readonly kind: 'refused'; readonly refused: Refused }
  /** No usable answer: unreachable, silent, broken off, or not asked because too much would be lost. */
  | { readonly kind: 'fault'; readonly error: ProxyError };

export interface Asking {
  readonly context: RelayContext;
  readonly question: Question;
  readonly candidate: Candidate;
  /** The model, as clients name it, whose turn it is: the requested one or a fallback. */
  readonly model: string;
  readonly signal: EndSignal;
}

const attemptOf = ({ context, question, candidate, model }: Asking, call: ProviderCall, attemptId: string): Attempt => {
  const limit = context.config['body-limits'][model];
  return {
    provider: candidate.provider.id,
    model: candidate.upstreamModel,
    requestedModel: question.model,
    operation: question.operation,
    credential: candidate.credential,
    call,
    now: context.clock.now(),
    attemptId,
    ...(limit !== undefined && { maxBodyBytes: limit }),
  };
};

/** Lets the remedies look at the attempt; each sees what the one before made of it. */
const withRemedies = (asking: Asking, call: ProviderCall, attemptId: string): Attempt => {
  let attempt = attemptOf(asking, call, attemptId);
  for (const { onAttempt } of withAttempt(asking.context.remedies)) {
    const changed = onAttempt(attempt);
    if (changed !== attempt.call) attempt = { ...attempt, call: changed };
  }
  return attempt;
};

/** A stream in the vendor's own framing, as server-sent events; errors are JSON everywhere. */
const asSseAnswer = ({ asServerSentEvents }: Provider, answer: UpstreamAnswer): UpstreamAnswer => {
  const { status, headers, body } = answer;
  const isOwnFraming = status >= 200 && status < 300 && !/json/i.test(headers['content-type'] ?? '');
  if (asServerSentEvents === undefined || !isOwnFraming) return answer;
  return { status, headers: { ...headers, 'content-type': 'text/event-stream' }, body: asServerSentEvents(body) };
};

const outgoing = ({ candidate: { credential }, signal }: Asking, call: ProviderCall): Outgoing => {
  const { baseUrl, proxyUrl, publicOnly } = credential;
  return { baseUrl, proxyUrl, publicOnly, call, signal };
};

const ask = async (asking: Asking, attempt: Attempt): Promise<Outcome> => {
  const { context, question, candidate } = asking;
  const answer = asSseAnswer(candidate.provider, await context.upstreams.send(outgoing(asking, attempt.call)));
  if (answer.status >= 200 && answer.status < 300) {
    const opened = await openAnswer({ context, question, candidate, attempt, answer, shownModel: asking.model });
    return 'failure' in opened ? { kind: 'refused', refused: opened } : { kind: 'opened', opened, headers: answer.headers };
  }
  const failure = await readFailure(context, attempt, answer);
  return { kind: 'refused', refused: refused(context, failure, dialectNamed(context, candidate.provider.dialect), question.dialect) };
};

const isUpstreamFault = ({ code }: ProxyError): boolean => code.startsWith('upstream-');

const tooDeep = (cause: unknown): ProxyError =>
  new ProxyError('upstream-bad-answer', "The upstream's answer is nested too deeply to be translated.", { cause });

const statusOf = (outcome: Outcome | undefined): number => {
  if (outcome?.kind === 'opened') return 200;
  return outcome?.kind === 'refused' ? outcome.refused.failure.status : 0;
};

/** Tells those who count what came of asking. */
const report = ({ context, candidate, signal }: Asking, startedAt: number, outcome: Outcome | undefined): void => {
  context.usage.attemptEnded({
    provider: candidate.credential.provider,
    credential: candidate.credential.id,
    model: candidate.upstreamModel,
    status: statusOf(outcome),
    outcome: outcome?.kind === 'opened' ? 'answered' : signal.aborted ? 'abandoned' : 'failed',
    latencyMs: context.clock.now() - startedAt,
  });
};

/**
 * Sends one call and reads what comes of it.
 * @throws ProxyError when a remedy refuses the attempt, or the request cannot be translated: no other credential would help.
 */
export const attempt = async (asking: Asking, call: ProviderCall, attemptId: string): Promise<Outcome> => {
  const prepared = withRemedies(asking, call, attemptId);
  const startedAt = asking.context.clock.now();
  let outcome: Outcome | undefined;
  try {
    outcome = await ask(asking, prepared);
  } catch (error) {
    // The request has been translated already, so what only nests is the answer.
    const fault = ranOutOfStack(error) ? tooDeep(error) : error;
    if (!(fault instanceof ProxyError) || !isUpstreamFault(fault)) throw error;
    outcome = { kind: 'fault', error: fault };
  } finally {
    report(asking, startedAt, outcome);
  }
  return outcome;
};

export const outcomeInfo = (outcome: Exclude<Outcome, { kind: 'opened' }>): ErrorInfo =>
  outcome.kind === 'fault' ? outcome.error.toInfo() : outcome.refused.info;
