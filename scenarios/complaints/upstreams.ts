import { crossing, clientDialects, type Cell } from '#scenarios/kit/index';

/** The upstreams whose vendor is spoken to in the vendor's own public dialect. */
const upstreams = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;

/** Every client dialect with every one of them. */
export const everyPair = (...streams: readonly boolean[]): readonly Cell[] => crossing({ clients: clientDialects, upstreams, streams });

/** Every client dialect with the upstream that speaks the same. */
export const samePairs = (...streams: readonly boolean[]): readonly Cell[] =>
  everyPair(...streams).filter(({ client, upstream }) => client === upstream);
