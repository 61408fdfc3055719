import type { Loss } from '../ir/loss.ts';
import type { JsonBody, WireBody } from '../json/json-body.ts';
import { applyPayloadRules } from '../payload/apply.ts';
import type { ProviderCall } from '../providers/provider.ts';
import type { Candidate } from '../routing/model-table.ts';
import type { RelayContext } from './context.ts';
import { dialectNamed } from './context.ts';
import { withNeutralRequest } from './hooks.ts';
import { ownStreamEdits } from './own-stream.ts';
import type { Question } from './question.ts';
import { steeringOf, steerOwn, steerTranslated } from './steer-reasoning.ts';
import type { Steering } from './steer-reasoning.ts';

export interface Prepared {
  readonly call: ProviderCall;
  /** What the upstream's dialect could not carry. */
  readonly losses: readonly Loss[];
}

interface Body {
  readonly body: WireBody;
  readonly losses: readonly Loss[];
}

/** Same dialect on both sides: the client's own bytes, with the model's name exchanged where the body carries it. */
const ownBody = ({ body, tree }: Question, model: string): JsonBody =>
  typeof tree.model === 'string' && tree.model !== model ? body.replaced('model', model) : body;

/** Only generation has a place for an amount of reasoning, and streams. */
const own = (context: RelayContext, question: Question, steering: Steering): Body => {
  const body = ownBody(question, steering.target.model);
  if (question.operation !== 'generate') return { body, losses: [] };
  const { edits: steered, losses } = steerOwn(context, question, steering, question.dialect);
  const wanted = ownStreamEdits(context, question);
  if (steered === undefined && wanted === undefined) return { body, losses };
  return { body: body.edited({ ...steered, ...wanted }), losses };
};

const translated = (context: RelayContext, question: Question, steering: Steering): Body => {
  const decoded = question.neutral();
  const { model, dialect } = steering.target;
  const renamed = { ...decoded.value, model, stream: question.stream };
  const steered =
    question.operation === 'generate' ? steerTranslated(context, question, steering, renamed) : { value: renamed, losses: [] };
  const request = withNeutralRequest(context.remedies).reduce((current, remedy) => remedy.onNeutralRequest(current), steered.value);
  const encoded = dialectNamed(context, dialect).encodeRequest(request);
  return { body: encoded.value, losses: [...decoded.losses, ...steered.losses, ...encoded.losses] };
};

const maxSuffixLength = 40;

/** Every name that rules may know a model by; a suffix is the client's word and may be of any length. */
const namesOf = ({ model, suffix }: Question, upstreamModel: string): readonly string[] => [
  upstreamModel,
  model,
  ...(suffix === undefined || suffix.length > maxSuffixLength ? [] : [`${model}(${suffix})`]),
];

/** The operator's own changes to what is sent, made last. */
const withRules = (context: RelayContext, question: Question, { target }: Steering, body: WireBody): WireBody =>
  applyPayloadRules(context.config.payload, body, {
    models: namesOf(question, target.model),
    provider: target.provider,
    dialect: target.dialect,
    clientDialect: question.dialect.id,
    headers: question.headers,
  });

/** Those of the configuration win over the provider's. */
const withOwnHeaders = (call: ProviderCall, { headers }: Candidate['credential']): ProviderCall => {
  if (headers === undefined) return call;
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...call, headers: { ...call.headers, ...Object.fromEntries(own) } };
};

/**
 * Makes the call that a candidate would get.
 * @throws ProxyError when the request cannot be read in the client's dialect, or asks for reasoning that the model does not have.
 */
export const prepare = (context: RelayContext, question: Question, candidate: Candidate, attemptId: string): Prepared => {
  const { provider, credential } = candidate;
  const isOwnDialect = question.dialect.id === provider.dialect;
  const steering = steeringOf(question, candidate);
  const { body, losses } = isOwnDialect ? own(context, question, steering) : translated(context, question, steering);
  const prepared = provider.prepare({
    operation: question.operation,
    model: steering.target.model,
    stream: question.stream,
    body: withRules(context, question, steering, body),
    translated: !isOwnDialect,
    credential,
    attemptId,
    clientHeaders: isOwnDialect ? question.headers : {},
  });
  const call = withOwnHeaders(prepared, credential);
  return { call, losses: prepared.losses === undefined ? losses : [...losses, ...prepared.losses] };
};
