import type { ProxyError } from '../errors.ts';
import type { Failure } from '../remedies/remedy.ts';
import { reasonIn } from '../routing/account-refusal.ts';
import { coolingOf, kindOf } from '../routing/cooling-policy.ts';
import type { CooldownStart, LastError } from '../routing/cooldowns.ts';
import { classOf, isChallenge, mayRotate } from '../routing/failure-class.ts';
import type { FailureClass } from '../routing/failure-class.ts';
import { hintMs } from '../routing/hints.ts';
import type { Candidate } from '../routing/model-table.ts';
import type { RelayContext } from './context.ts';
import { verdictOf } from './search.ts';
import type { Unanswered } from './search.ts';

/** What routing makes of one failure. */
export interface FailureNote {
  readonly candidate: Candidate;
  readonly failureClass: FailureClass;
  readonly error: LastError;
  /** Whether somebody else may be asked. */
  readonly rotates: boolean;
  /** Whether the same candidate may be asked again in another round. */
  readonly retryable: boolean;
  /** When the upstream wants to be asked again. */
  readonly hintMs: number | undefined;
  /** Whether it says that the upstream is out of order, which a circuit breaker counts; a refusal says the opposite. */
  readonly breaks: boolean;
  /** Why a remedy would have another model asked. */
  readonly remedyFallback?: string;
  readonly failure?: Failure;
}

const isTransport = ({ code }: ProxyError): boolean => code.startsWith('upstream-');

const ofFault = (candidate: Candidate, error: ProxyError): FailureNote => {
  const transport = isTransport(error);
  const isDead = error.code === 'credential-expired';
  return {
    candidate,
    failureClass: transport ? 'unavailable' : isDead ? 'unauthorized' : 'other',
    error: { status: error.status, code: error.code.replaceAll('-', '_') },
    rotates: true,
    retryable: transport,
    hintMs: undefined,
    breaks: transport,
  };
};

/** A code as programs write them; anything else that an upstream calls its code stays here. */
const safeCode = (code: string | undefined): Pick<LastError, 'code'> =>
  code !== undefined && /^[a-z][\w.-]{0,63}$/i.test(code) ? { code } : {};

/** Builds that let every credential be asked stop at a body that says outright whose fault it is (sheet 1.6). */
const rotatesAfter = ({ persona }: RelayContext, failureClass: FailureClass, bodyText: string): boolean =>
  mayRotate(failureClass) ||
  (failureClass === 'other' && persona.routing.otherRefusals === 'ask-all') ||
  (failureClass === 'request-fault' && persona.routing.requestFaults === 'ask-all' && !bodyText.includes('invalid_request_error'));

const mayComeBack = ({ persona, remedies }: RelayContext, failureClass: FailureClass, failure: Failure): boolean =>
  failureClass !== 'model-refused' &&
  failureClass !== 'request-fault' &&
  persona.routing.retriedStatuses.includes(failure.status) &&
  !remedies.some(({ isFinal }) => isFinal?.(failure));

const ofRefusal = (context: RelayContext, candidate: Candidate, { refused }: Extract<Unanswered, { kind: 'refused' }>): FailureNote => {
  const { failure, info } = refused;
  const policy = context.persona.routing;
  const failureClass = classOf(failure, policy);
  const fallback = verdictOf(context, failure, 'fallback')?.because;
  return {
    candidate,
    failureClass,
    error: { status: failure.status, ...safeCode(reasonIn(failure) ?? info.code) },
    rotates: fallback !== undefined || failure.modelRefusals > 0 || rotatesAfter(context, failureClass, failure.bodyText),
    retryable: mayComeBack(context, failureClass, failure),
    hintMs: hintMs(failure, context.clock.now()),
    breaks: failureClass === 'unavailable' && failure.status >= 500,
    ...(fallback !== undefined && { remedyFallback: fallback }),
    failure,
  };
};

/** Says what a failure is, without doing anything about it. */
export const noteOf = (context: RelayContext, candidate: Candidate, outcome: Unanswered): FailureNote =>
  outcome.kind === 'fault' ? ofFault(candidate, outcome.error) : ofRefusal(context, candidate, outcome);

type Start = Pick<CooldownStart, 'kind' | 'forMs' | 'hinted'>;

/** What remedies ask for; the operator switches it off with the remedy, not with `disable-cooling`. */
const byRemedies = ({ remedies }: RelayContext, { failure, failureClass }: FailureNote): Start | undefined => {
  const times = failure === undefined ? [] : remedies.flatMap(({ cooldownMs }) => cooldownMs?.(failure) ?? []);
  const kind = kindOf(failureClass);
  // A quota's own schedule only guesses; a remedy that names a time knows more, as the upstream would.
  return times.length === 0 ? undefined : { kind, forMs: Math.max(...times), hinted: kind === 'quota' };
};

const byPolicy = ({ persona, config, routing }: RelayContext, note: FailureNote): Start | undefined => {
  const { candidate, failure } = note;
  if (candidate.disableCooling || (failure === undefined && note.failureClass === 'other')) return undefined;
  // Vendors limit counting apart from generating; being out of counts says nothing about answers.
  if (note.failureClass === 'quota' && failure?.operation === 'count-tokens') return undefined;
  // An account without a token is only asked last: no upstream has refused it, and it may have a token again at any moment.
  const failureClass = failure === undefined ? 'unavailable' : note.failureClass;
  const coolable = { ...note, failureClass, status: note.error.status, isChallenge: failure !== undefined && isChallenge(failure) };
  const cooling = coolingOf(coolable, persona.routing, config['transient-error-cooldown-seconds']);
  if (cooling === undefined) return undefined;
  return { ...cooling, forMs: cooling.forMs ?? routing.cooldowns.nextQuotaMs(candidate, persona.routing.quotaMs) };
};

const coolDown = (context: RelayContext, note: FailureNote): void => {
  const { candidate, failure, failureClass, error } = note;
  for (const start of [byPolicy(context, note), byRemedies(context, note)]) {
    if (start === undefined) continue;
    const turnsAway = context.persona.routing.transientTurnsAway;
    const about = { failureClass, error, ...(turnsAway && { turnsAway }), ...(failure !== undefined && { because: failure }) };
    context.routing.cooldowns.start(candidate, { ...start, ...about });
  }
};

/** Tells the operator what remedies find worth telling. */
export const raiseAlerts = ({ remedies, log }: RelayContext, failure: Failure): void => {
  for (const { alert } of remedies) {
    const message = alert?.(failure);
    if (message === undefined) continue;
    const { model, status, modelRefusals: count } = failure;
    log({ level: 'warn', message, fields: { event: 'model-failure-alert', model, status, count } });
  }
};

/** Remembers a failure: cooldown, circuit, alerts. */
export const remember = (context: RelayContext, note: FailureNote): void => {
  const { breakers } = context.routing;
  const { id } = note.candidate.credential;
  coolDown(context, note);
  if (note.breaks) breakers.failed(id, context.config['circuit-breaker']);
  else if (note.failure !== undefined) breakers.succeeded(id);
  else breakers.left(id);
  if (note.failure !== undefined) raiseAlerts(context, note.failure);
};
