import type { ParsedConfig } from '../config/parse.ts';
import type { RoutingPolicy } from '../personas/persona.ts';
import { channelsOf } from './channels.ts';
import type { Channel, Providers } from './channels.ts';
import { modelTableOf } from './model-table.ts';
import type { Candidate, ListedModel } from './model-table.ts';
import type { RoutingMemory } from './routing-memory.ts';
import { Selection } from './selection.ts';
import type { SelectionParts } from './selection.ts';
import { unknownModel } from './unknown-model.ts';

export { newRoutingMemory, resetCooldowns, routingState } from './routing-memory.ts';
export type { RoutingMemory, RoutingState } from './routing-memory.ts';

/** Which credential serves which model, and what the proxy remembers of failures. */
export interface Routing extends RoutingMemory {
  /** Every credential, disabled ones too, in the order of the configuration. */
  readonly channels: readonly Channel[];
  /** Those that a client should see: models that nobody serves any more are left out. */
  readonly listed: () => readonly ListedModel[];
  readonly knows: (model: string) => boolean;
  /** @throws ProxyError `model-not-found`, naming the nearest listed ids. */
  readonly candidates: (model: string) => readonly Candidate[];
  /** What decides the order in which a model's candidates are asked. */
  readonly selectionParts: (model: string, session: string | undefined) => SelectionParts;
  /** One round of asking a model's candidates. */
  readonly select: (model: string, session: string | undefined) => Selection;
}

/** Routing under one load of the configuration; what it remembers is shared by all loads. */
export const createRouting = (
  { config, authFiles }: ParsedConfig,
  providers: Providers,
  memory: RoutingMemory,
  policy: Pick<RoutingPolicy, 'unhidesOnExpiry' | 'unknownPlan' | 'unknownModel'>,
  /** Providers whose credentials load and serve nothing. */
  absent: readonly string[] = [],
): Routing => {
  const channels = channelsOf({ config, providers, policy }, authFiles);
  const serving = channels.filter(({ provider }) => !absent.includes(provider.id));
  const table = modelTableOf(serving, config['force-model-prefix']);
  const listed = (): readonly ListedModel[] =>
    [...table.values()].filter(({ candidates }) => !memory.cooldowns.hides(candidates, policy.unhidesOnExpiry));
  // Round-robin is weighted here, so the two names mean the same.
  const strategy = config.routing.strategy === 'fill-first' ? 'fill-first' : 'round-robin';
  const selectionParts = (model: string, session: string | undefined): SelectionParts => ({ memory, strategy, model, session });
  return {
    ...memory,
    channels,
    listed,
    knows: (model) => table.has(model),
    candidates: (model) => {
      const found = table.get(model)?.candidates;
      if (found !== undefined) return found;
      throw unknownModel(
        policy,
        model,
        listed().map(({ id }) => id),
      );
    },
    selectionParts,
    select: (model, session) => new Selection(selectionParts(model, session)),
  };
};
