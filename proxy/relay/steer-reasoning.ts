import { isDeepStrictEqual } from 'node:util';

import type { Dialect } from '../dialects/dialect.ts';
import type { ChatRequest } from '../ir/chat.ts';
import type { Loss, Translated } from '../ir/loss.ts';
import { abilityOf } from '../thinking/ability.ts';
import { askedByFields, fieldsOfAsked } from '../thinking/amount.ts';
import type { Asked } from '../thinking/amount.ts';
import { contractLine } from '../thinking/contract-lines.ts';
import type { ContractLine } from '../thinking/contract-lines.ts';
import { lossOfSecondField, withPlan } from '../thinking/of-request.ts';
import { settle, strictnessBetween } from '../thinking/settle.ts';
import type { Settled, ThinkingTarget } from '../thinking/settle.ts';
import { takeStray } from '../thinking/stray-places.ts';
import { amountOfSuffix, askedBySuffix, splitSuffix } from '../thinking/suffix.ts';
import type { Candidate } from '../routing/model-table.ts';
import { dialectNamed } from './context.ts';
import type { RelayContext } from './context.ts';
import { withSteering } from './hooks.ts';
import type { Question } from './question.ts';

/** Brings the amount of reasoning that a request asks for to what the model at hand can (sheet row 12). */

/** The model as its upstream is asked for it, and the suffix that counts. */
export interface Steering {
  readonly target: ThinkingTarget;
  /** That of the alias's target wins over the client's (sheet row 12 (e) 6). */
  readonly suffix?: string;
}

/** A model's own name may end in parentheses too: only what means an amount is taken off an upstream's name. */
const upstreamName = (name: string): { readonly model: string; readonly suffix?: string } => {
  const { base, suffix } = splitSuffix(name);
  return suffix === undefined || amountOfSuffix(suffix) === undefined ? { model: name } : { model: base, suffix };
};

const newSteering = ({ provider, upstreamModel, thinking }: Candidate): Steering => {
  const { model, suffix } = upstreamName(upstreamModel);
  const at = { dialect: provider.dialect, provider: provider.id, model };
  return { target: { ...at, ability: abilityOf(at, thinking) }, ...(suffix !== undefined && { suffix }) };
};

/** Without the question's suffix it is the same for every request. */
const known = new WeakMap<Candidate, Steering>();

export const steeringOf = ({ suffix }: Pick<Question, 'suffix'>, candidate: Candidate): Steering => {
  const own = known.get(candidate) ?? newSteering(candidate);
  known.set(candidate, own);
  return own.suffix !== undefined || suffix === undefined ? own : { target: own.target, suffix };
};

interface Heard {
  readonly asked: Asked | undefined;
  readonly losses: readonly Loss[];
  readonly lines: readonly ContractLine[];
}

/**
 * The suffix wins over the body. One that means no amount does not: builds ignore the body then (sheet row 12 (e) 2), which loses what
 * the client asked for without a word. Here the body counts, and the suffix is declared as lost.
 */
const heard = ({ target, suffix }: Steering, ofBody: Asked | undefined): Heard => {
  if (suffix === undefined) return { asked: ofBody, losses: [], lines: [] };
  const asked = askedBySuffix(suffix);
  if (asked !== undefined) return { asked, losses: [], lines: [] };
  const losses = [{ path: 'model', why: 'the suffix of the name means no amount of reasoning' }];
  return { asked: ofBody, losses, lines: [contractLine('unknown suffix format, treating as no config', target)] };
};

/** @throws ProxyError when the model lacks what is asked for and the client should be told. */
const settled = (context: RelayContext, question: Question, steering: Steering, { asked, losses, lines }: Heard): Settled => {
  const { target } = steering;
  const strictness = asked === undefined ? 'clamp' : strictnessBetween(asked, question.dialect.id, target.provider);
  const result = settle(asked, target, strictness);
  // The contract's lines are for whoever looks for a lost amount; they cost one to three per attempt.
  if (context.config.debug) for (const line of [...lines, ...result.lines]) context.log(line);
  if (result.refusal !== undefined) throw result.refusal;
  return { ...result, losses: [...losses, ...result.losses] };
};

/** For upstreams whose dialect has no place for an amount: their encoder says what becomes of it. */
const unsteered = (decoded: ChatRequest, { suffix }: Steering): ChatRequest => {
  const asked = suffix === undefined ? undefined : askedBySuffix(suffix);
  return asked === undefined ? decoded : { ...decoded, ...fieldsOfAsked(asked) };
};

const steers = ({ remedies }: RelayContext): boolean => withSteering(remedies).length > 0;

const nothingHeard: Heard = { asked: undefined, losses: [], lines: [] };

/** Without the remedy no place has room for the amount: field, budget, suffix and vendor fields are gone without a word (row 12). */
const unheard = (context: RelayContext, question: Question, steering: Steering, decoded: ChatRequest): Translated<ChatRequest> => {
  const { dialect } = steering.target;
  const { plan, losses } = settled(context, question, steering, nothingHeard);
  return { value: withPlan(takeStray(decoded, dialect).request, plan, dialect), losses };
};

/** For a request that is translated: the neutral request with a plan for the model. */
export const steerTranslated = (
  context: RelayContext,
  question: Question,
  steering: Steering,
  decoded: ChatRequest,
): Translated<ChatRequest> => {
  if (!steers(context)) return unheard(context, question, steering, decoded);
  const { dialect } = steering.target;
  if (dialectNamed(context, dialect).reasoning === undefined) return { value: unsteered(decoded, steering), losses: [] };
  const own = askedByFields(decoded);
  // A field of the dialect wins over one that is none; what is not read stays a loss of the encoder's.
  const stray = own === undefined && steering.suffix === undefined ? takeStray(decoded, dialect) : { request: decoded };
  const { plan, losses } = settled(context, question, steering, heard(steering, own ?? stray.asked));
  const second = steering.suffix === undefined ? lossOfSecondField(decoded) : [];
  return { value: withPlan(stray.request, plan, dialect), losses: [...second, ...losses] };
};

/** Top-level keys of the client's own body that have to change, and what is lost by it. */
export interface OwnEdits {
  readonly edits?: Readonly<Record<string, unknown>>;
  readonly losses: readonly Loss[];
}

const nothingSteered: OwnEdits = { losses: [] };

/** Most requests: there is nothing to bring anywhere, and nothing to say of it but for the lines of the log contract. */
const asksForNothing = (
  { reasoningEffort, reasoningBudget }: ReturnType<NonNullable<Dialect['reasoning']>['read']>,
  { suffix }: Steering,
): boolean => suffix === undefined && reasoningEffort === undefined && reasoningBudget === undefined;

/** For a request that is passed on in its own dialect: what of it must change. Within what the model can, nothing does. */
export const steerOwn = (context: RelayContext, question: Question, steering: Steering, { reasoning }: Dialect): OwnEdits => {
  if (reasoning === undefined || !steers(context)) return { losses: [] };
  const fields = reasoning.read(question.tree);
  if (asksForNothing(fields, steering) && !context.config.debug) return nothingSteered;
  const { asked, ...said } = heard(steering, askedByFields(fields));
  const result = settled(context, question, steering, { asked, ...said });
  if (asked === undefined) return { losses: result.losses };
  const isOwnWord = asked.source === 'request' && (fields.reasoningBudget === undefined || fields.reasoningEffort === undefined);
  const isKept = steering.target.ability === 'unknown' || isDeepStrictEqual(result.applied, asked.amount);
  if (isOwnWord && isKept) return { losses: said.losses };
  const { value, losses } = reasoning.edits(question.tree, result.plan);
  const second = asked.source === 'request' ? lossOfSecondField(fields) : [];
  return { edits: value, losses: [...second, ...result.losses, ...losses] };
};
