import type { Credential, Provider } from '../providers/provider.ts';
import type { Channel, Offer } from './channels.ts';

/** One way to serve a model. */
export interface Candidate {
  readonly provider: Provider;
  readonly credential: Credential;
  readonly upstreamModel: string;
  readonly forceName: boolean;
}

export interface ListedModel {
  readonly id: string;
  readonly ownedBy: string;
  readonly candidates: readonly Candidate[];
}

/** Client model name → how to serve it, in the order of the configuration. Names are case-sensitive (sheet 1.3). */
export type ModelTable = ReadonlyMap<string, ListedModel>;

const candidateOf = ({ provider, credential }: Channel, { upstreamModel, forceName }: Offer): Candidate => ({
  provider,
  credential,
  upstreamModel,
  forceName,
});

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
export const modelTableOf = (channels: readonly Channel[], forcePrefix: boolean): ModelTable => {
  const direct = entries(channels, ({ prefix }, id) => [prefix === undefined ? id : `${prefix}/${id}`]);
  const bare = forcePrefix ? new Map<string, Candidate[]>() : entries(channels, ({ prefix }, id) => (prefix === undefined ? [] : [id]));
  const all = new Map([...bare, ...direct]);
  return new Map(
    [...all].map(([id, candidates]) => [id, { id, candidates, ownedBy: candidates[0]?.provider.owner ?? 'unknown' }] as const),
  );
};
