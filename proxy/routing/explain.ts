import { nearestOf } from '../nearest.ts';
import { splitSuffix } from '../thinking/suffix.ts';
import type { Channel } from './channels.ts';
import { explainChannel, ownName } from './explain-credentials.ts';
import type { CredentialExplanation, ExplainContext } from './explain-credentials.ts';
import type { Candidate } from './model-table.ts';
import type { Routing } from './routing.ts';
import { previewOrder } from './selection.ts';

export type { CredentialExplanation, ExplainContext } from './explain-credentials.ts';

/** One thing that happens to a name on its way to an upstream. */
export interface RouteStep {
  readonly step: 'suffix' | 'lookup' | 'alias' | 'prefix' | 'exclusion' | 'listing' | 'fallback';
  readonly says: string;
}

/** Why a model name leads where it leads. */
export interface RouteExplanation {
  /** As it was asked. */
  readonly name: string;
  readonly model: string;
  readonly suffix?: string;
  readonly known: boolean;
  readonly listed: boolean;
  readonly steps: readonly RouteStep[];
  readonly credentials: readonly CredentialExplanation[];
  /** Credential ids in the order in which they would be asked in one round, if each failed. */
  readonly order: readonly string[];
  /** Models that may be asked next, and for what. */
  readonly fallback: { readonly to: readonly string[]; readonly on: readonly string[] };
}

const lookup = (routing: Routing, name: string): Pick<RouteExplanation, 'model' | 'suffix' | 'steps'> => {
  const { base, suffix } = splitSuffix(name);
  if (suffix === undefined || !routing.knows(base)) return { model: name, steps: [] };
  return {
    model: base,
    suffix,
    steps: [{ step: 'suffix', says: `"${name}" is the model "${base}" with the reasoning suffix "${suffix}"` }],
  };
};

const lookupStep = (routing: Routing, model: string): RouteStep => {
  if (routing.knows(model)) return { step: 'lookup', says: `"${model}" is served` };
  const known = routing.listed().map(({ id }) => id);
  const otherCase = known.find((id) => id.toLowerCase() === model.toLowerCase());
  if (otherCase !== undefined) return { step: 'lookup', says: `"${model}" is not served; names are case-sensitive, "${otherCase}" is` };
  const near = nearestOf(model, known, 3).map((id) => `"${id}"`);
  return { step: 'lookup', says: `"${model}" is not served${near.length === 0 ? '' : `; nearest: ${near.join(', ')}`}` };
};

const prefixSteps = (channels: readonly Channel[], model: string): readonly RouteStep[] => {
  const prefix = channels.find((channel) => channel.prefix !== undefined && model.startsWith(`${channel.prefix}/`))?.prefix;
  return prefix === undefined ? [] : [{ step: 'prefix', says: `"${prefix}/" names the credentials with the prefix "${prefix}"` }];
};

const aliasSteps = (model: string, candidates: readonly Candidate[]): readonly RouteStep[] =>
  [...new Set(candidates.map(({ upstreamModel }) => upstreamModel))]
    .filter((upstreamModel) => upstreamModel !== model && !model.endsWith(`/${upstreamModel}`))
    .map((upstreamModel) => ({ step: 'alias', says: `"${model}" is sent upstream as "${upstreamModel}"` }));

const withheldSteps = (channels: readonly Channel[], model: string): readonly RouteStep[] =>
  channels.flatMap((channel) => {
    const own = ownName(channel, model);
    return channel.withheld
      .filter(({ id }) => id === own)
      .map(({ because }) => ({ step: 'exclusion' as const, says: `${channel.credential.id}: ${because}` }));
  });

const listingSteps = (known: boolean, listed: boolean): readonly RouteStep[] =>
  known && !listed ? [{ step: 'listing', says: 'hidden from the model list: every credential is out for another reason than quota' }] : [];

const fallbackSteps = ({ to, on }: RouteExplanation['fallback']): readonly RouteStep[] =>
  to.length === 0 ? [] : [{ step: 'fallback', says: `may continue with ${to.map((id) => `"${id}"`).join(', ')} on ${on.join(', ')}` }];

/**
 * How a model name resolves now: what happens to the name, which credentials would be asked in which order, and why others would not.
 * Looks and changes nothing; rotations of other requests may change the order before the next one.
 */
export const explainRoute = (context: ExplainContext, name: string): RouteExplanation => {
  const { routing, config } = context;
  const { model, suffix, steps } = lookup(routing, name);
  const known = routing.knows(model);
  const candidates = known ? routing.candidates(model) : [];
  const order = previewOrder(routing.selectionParts(model, undefined), candidates);
  const listed = known && !routing.cooldowns.hides(candidates, context.persona.routing.unhidesOnExpiry);
  const fallback = { to: config.fallback[model]?.to ?? [], on: config.fallback[model]?.on ?? [] };
  const asked = { context, model, candidates, order };
  const most = config['max-retry-credentials'] || order.length;
  return {
    name,
    model,
    ...(suffix !== undefined && { suffix }),
    known,
    listed,
    steps: [
      ...steps,
      lookupStep(routing, model),
      ...prefixSteps(routing.channels, model),
      ...aliasSteps(model, candidates),
      ...withheldSteps(routing.channels, model),
      ...listingSteps(known, listed),
      ...fallbackSteps(fallback),
    ],
    credentials: routing.channels.flatMap((channel) => explainChannel(asked, channel)),
    order: order.slice(0, most).map(({ credential }) => credential.id),
    fallback,
  };
};
