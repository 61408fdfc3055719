import { samePairs } from '../complaints/upstreams.ts';

/** Two dialects of streams, one with names of events and one without: a hop before the proxy knows no more of them. */
export const twoPairs = samePairs(true).filter(({ client }) => client === 'openai-chat' || client === 'anthropic-messages');
