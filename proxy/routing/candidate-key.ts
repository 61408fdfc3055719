import type { Credential } from '../providers/provider.ts';

/** What routing remembers things under: a credential for one of the upstream's models. */
export const candidateKey = ({
  credential,
  upstreamModel,
}: {
  readonly credential: Pick<Credential, 'id'>;
  readonly upstreamModel: string;
}): string => `${credential.id}\n${upstreamModel}`;

/** Most entries that one table of routing's memory keeps; the least used go first. */
export const mostRemembered = 10_000;
