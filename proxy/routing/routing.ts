import type { Clock } from '../clock.ts';
import type { ParsedConfig } from '../config/parse.ts';
import { ProxyError } from '../errors.ts';
import { nearestOf } from '../nearest.ts';
import { channelsOf } from './channels.ts';
import type { Providers } from './channels.ts';
import { Cooldowns } from './cooldowns.ts';
import { FailureCounts } from './failure-counts.ts';
import { modelTableOf } from './model-table.ts';
import type { Candidate, ListedModel } from './model-table.ts';

/** Which credential serves which model, and what the proxy remembers of failures. */
export interface Routing {
  readonly cooldowns: Cooldowns;
  readonly counts: FailureCounts;
  /** Those that a client should see: models that nobody serves any more are left out. */
  readonly listed: () => readonly ListedModel[];
  readonly knows: (model: string) => boolean;
  /** @throws ProxyError `model-not-found`, naming the nearest listed ids. */
  readonly candidates: (model: string) => readonly Candidate[];
}

const notFound = (model: string, known: readonly string[]): ProxyError => {
  const near = nearestOf(model, known, 3);
  const hint = near.length === 0 ? 'GET /v1/models lists the models that are.' : `Nearest: ${near.map((id) => `"${id}"`).join(', ')}.`;
  return new ProxyError('model-not-found', `The model ${JSON.stringify(model.slice(0, 200))} is not served here. ${hint}`, {
    param: 'model',
  });
};

export const createRouting = ({ config, authFiles }: ParsedConfig, providers: Providers, clock: Clock): Routing => {
  const table = modelTableOf(channelsOf(config, authFiles, providers), config['force-model-prefix']);
  const cooldowns = new Cooldowns(clock);
  const listed = (): readonly ListedModel[] => [...table.values()].filter(({ candidates }) => !cooldowns.hide(candidates));
  return {
    cooldowns,
    counts: new FailureCounts(),
    listed,
    knows: (model) => table.has(model),
    candidates: (model) => {
      const found = table.get(model);
      if (found === undefined)
        throw notFound(
          model,
          listed().map(({ id }) => id),
        );
      return found.candidates;
    },
  };
};
