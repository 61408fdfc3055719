import type { Credential, Provider } from '../providers/provider.ts';
import type { DeclaredThinking } from '../thinking/ability.ts';
import { candidateKey } from './candidate-key.ts';
import type { Channel, Preference } from './channels.ts';
import type { Offer, Shown } from './offers.ts';

/** One way to serve a model. */
export interface Candidate extends Preference {
  readonly provider: Provider;
  readonly credential: Credential;
  readonly upstreamModel: string;
  readonly forceName: boolean;
  /** What the configuration says that the model can think with. */
  readonly thinking?: DeclaredThinking;
  readonly shown?: Shown;
}

export interface ListedModel extends Shown {
  readonly id: string;
  readonly ownedBy: string;
  readonly candidates: readonly Candidate[];
}

/** Client model name → how to serve it, in the order of the configuration. Names are case-sensitive (sheet 1.3). */
export type ModelTable = ReadonlyMap<string, ListedModel>;

const candidateOf = (channel: Channel, { upstreamModel, forceName, thinking, shown }: Offer): Candidate => {
  const { provider, credential, priority, weight, disableCooling, requestRetry } = channel;
  const about = { provider, credential, upstreamModel, forceName, priority, weight, disableCooling, requestRetry };
  return { ...about, ...(thinking !== undefined && { thinking }), ...(shown !== undefined && { shown }) };
};

/** Two entries with the same key for the same upstream model are one candidate. */
const withEachOnce = (candidates: readonly Candidate[]): readonly Candidate[] =>
  [...new Map([...candidates].reverse().map((candidate) => [candidateKey(candidate), candidate])).values()].reverse();

const entries = (channels: readonly Channel[], idsOf: (channel: Channel, id: string) => readonly string[]): Map<string, Candidate[]> => {
  const table = new Map<string, Candidate[]>();
  for (const channel of channels) {
    for (const offer of channel.offers) {
      for (const id of idsOf(channel, offer.id)) table.set(id, [...(table.get(id) ?? []), candidateOf(channel, offer)]);
    }
  }
  return table;
};

/**
 * A prefix sets a credential apart: it serves `prefix/id`, and the bare id only when no credential without a prefix does (so that a
 * request for the bare name never wanders to the account that was set apart), and never with `force-model-prefix`.
 */
export const modelTableOf = (all: readonly Channel[], forcePrefix: boolean): ModelTable => {
  const channels = all.filter(({ disabled }) => !disabled);
  const direct = entries(channels, ({ prefix }, id) => [prefix === undefined ? id : `${prefix}/${id}`]);
  const bare = forcePrefix ? new Map<string, Candidate[]>() : entries(channels, ({ prefix }, id) => (prefix === undefined ? [] : [id]));
  return new Map(
    [...new Map([...bare, ...direct])].map(([id, found]) => {
      const candidates = withEachOnce(found);
      const [first] = candidates;
      return [id, { id, candidates, ownedBy: first?.provider.owner ?? 'unknown', ...first?.shown }] as const;
    }),
  );
};
