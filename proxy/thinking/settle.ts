import { ProxyError } from '../errors.ts';
import type { DialectId, ReasoningPlan } from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';
import type { ModelAt } from './ability.ts';
import { amountOfBudget, amountOfWord } from './amount.ts';
import type { Amount, Asked } from './amount.ts';
import type { Ability } from './capability.ts';
import { contractLine } from './contract-lines.ts';
import type { ContractLine } from './contract-lines.ts';
import { houseOfDialect, houseOfProvider } from './families.ts';
import { passThrough } from './pass-through.ts';
import { planFor } from './plan.ts';
import type { Change, Strictness } from './plan.ts';

/** What comes of what a request asks for at one model. */
export interface Settled {
  /** Absent: nothing is to be asked for. */
  readonly plan?: ReasoningPlan;
  /** The amount that the plan stands for; it equals what was asked for unless something had to give way. */
  readonly applied?: Amount;
  readonly losses: readonly Loss[];
  readonly lines: readonly ContractLine[];
  /** What the client is told instead of an answer. */
  readonly refusal?: ProxyError;
}

export interface ThinkingTarget extends ModelAt {
  readonly ability: Ability;
}

/** Within one house a number or level that the model lacks is the client's mistake, which the vendor would refuse too (sheet row 12 (c)). */
export const strictnessBetween = (asked: Asked, client: DialectId, provider: string): Strictness =>
  asked.source === 'request' && houseOfDialect[client] !== undefined && houseOfDialect[client] === houseOfProvider[provider]
    ? 'refuse'
    : 'clamp';

/** The amount that a plan asks for. */
export const amountOfPlan = (plan: ReasoningPlan): Amount => {
  if (plan.kind === 'off') return { mode: 'none' };
  if (plan.kind === 'dynamic') return { mode: 'auto' };
  return plan.kind === 'level' ? amountOfWord(plan.level) : amountOfBudget(plan.tokens);
};

const whyChanged = (model: string, { kind, from, to, range }: Change): string => {
  if (kind === 'level clamped' && typeof from === 'number') return `${model} has levels; ${to} is the nearest to ${from} tokens`;
  if (kind === 'level clamped') return `${model} has no level ${from}; ${to} is asked for instead`;
  if (kind === 'dynamic not allowed') return `${model} has no dynamic amount; ${to} is asked for instead`;
  if (kind === 'budget clamped') return `${model} takes ${range?.least} to ${range?.most} tokens, not ${from}`;
  return `${model} cannot be kept from thinking; ${to} is asked for instead`;
};

const changeLine = (target: ThinkingTarget, amount: Amount, { kind, from, to, range }: Change): ContractLine =>
  contractLine(kind, target, amount, {
    original_value: from,
    ...(range && { min: range.least, max: range.most }),
    clamped_to: to,
  });

const shownAs = (plan: ReasoningPlan, { visible }: Asked): ReasoningPlan =>
  plan.kind === 'off' || visible ? plan : { ...plan, visible: false };

const settleKnown = (asked: Asked, target: ThinkingTarget, strictness: Strictness, opening: readonly ContractLine[]): Settled => {
  if (target.ability === 'none' || target.ability === 'unknown') throw new Error('the ability of a model is not known here');
  const planned = planFor(asked.amount, target.ability, strictness);
  if ('refusal' in planned) {
    const { code, message } = planned.refusal;
    const line = contractLine('validation failed', target, asked.amount, { error: message });
    return { losses: [], lines: [...opening, line], refusal: new ProxyError(code, message, { param: asked.path }) };
  }
  const { change } = planned;
  const plan = shownAs(planned.plan, asked);
  const applied = amountOfPlan(plan);
  const lines = [
    ...opening,
    ...(change ? [changeLine(target, asked.amount, change)] : []),
    contractLine('processed config to apply', target, applied),
  ];
  return { plan, applied, lines, losses: change ? [{ path: asked.path, why: whyChanged(target.model, change) }] : [] };
};

const settleUnknown = (asked: Asked, target: ThinkingTarget, opening: readonly ContractLine[]): Settled => {
  const { plan: passed, losses } = passThrough(asked, target);
  if (passed === undefined) return { losses, lines: opening };
  const plan = shownAs(passed, asked);
  const applied = amountOfPlan(plan);
  return { plan, applied, losses, lines: [...opening, contractLine('processed config to apply', target, applied)] };
};

const settleNothing = (target: ThinkingTarget): Settled => {
  const message = target.ability === 'unknown' ? 'user-defined model, passthrough (no config)' : 'no config found, passthrough';
  return { losses: [], lines: [contractLine(message, target)] };
};

/** Brings what a request asks for into what the model at hand can. Pure: whoever calls it throws the refusal and writes the lines. */
export const settle = (asked: Asked | undefined, target: ThinkingTarget, strictness: Strictness): Settled => {
  if (asked === undefined) return settleNothing(target);
  const { model, ability } = target;
  if (ability === 'none') {
    const line = contractLine('model does not support thinking, stripping config', target);
    return { losses: [{ path: asked.path, why: `${model} does not think` }], lines: [line] };
  }
  const source = asked.source === 'suffix' ? 'config from model suffix' : 'original config from request';
  const opening = [contractLine(source, target, asked.amount)];
  return ability === 'unknown' ? settleUnknown(asked, target, opening) : settleKnown(asked, target, strictness, opening);
};
