import type { Loss } from '../ir/loss.ts';
import { replaceTopLevel } from '../json-text.ts';
import type { ProviderCall } from '../providers/provider.ts';
import { withSuffix } from '../routing/model-suffix.ts';
import type { Candidate } from '../routing/model-table.ts';
import type { RelayContext } from './context.ts';
import { dialectNamed } from './context.ts';
import type { Question } from './question.ts';

export interface Prepared {
  readonly call: ProviderCall;
  /** What the upstream's dialect could not carry. */
  readonly losses: readonly Loss[];
}

interface Body {
  readonly body: string;
  readonly losses: readonly Loss[];
}

/** Same dialect on both sides: the client's own text, with the model's name exchanged where the body carries it. */
const ownText = ({ text, tree }: Question, model: string): Body => ({
  body: typeof tree.model === 'string' && tree.model !== model ? replaceTopLevel(text, 'model', model) : text,
  losses: [],
});

const translated = (context: RelayContext, question: Question, { provider, upstreamModel }: Candidate): Body => {
  const decoded = question.neutral();
  const renamed = { ...decoded.value, model: upstreamModel, stream: question.stream };
  const asked = question.suffix === undefined ? renamed : withSuffix(renamed, question.suffix);
  const request = context.remedies.reduce((current, { onNeutralRequest }) => onNeutralRequest?.(current) ?? current, asked);
  const encoded = dialectNamed(context, provider.dialect).encodeRequest(request);
  return { body: encoded.value, losses: [...decoded.losses, ...encoded.losses] };
};

/** Makes the call that a candidate would get. @throws ProxyError when the request cannot be read in the client's dialect. */
export const prepare = (context: RelayContext, question: Question, candidate: Candidate, attemptId: string): Prepared => {
  const { provider, credential, upstreamModel } = candidate;
  const isOwnDialect = question.dialect.id === provider.dialect;
  // A suffix has to be written into the body, in the upstream's own words; the other operations have no such place.
  const isUntouched = isOwnDialect && (question.suffix === undefined || question.operation !== 'generate');
  const { body, losses } = isUntouched ? ownText(question, upstreamModel) : translated(context, question, candidate);
  const call = provider.prepare({
    operation: question.operation,
    model: upstreamModel,
    stream: question.stream,
    body,
    translated: !isUntouched,
    credential,
    attemptId,
    clientHeaders: isOwnDialect ? question.headers : {},
  });
  const own = Object.entries(credential.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { call: { ...call, headers: { ...call.headers, ...Object.fromEntries(own) } }, losses };
};
