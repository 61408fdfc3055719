import type { Inbound } from '../relay/inbound.ts';
import { readQuestion } from '../relay/question.ts';
import type { RelayContext } from '../relay/context.ts';

/** What a warm-up is answered with. */
export interface WarmUp {
  readonly id: string;
  readonly model: string;
  readonly frames: readonly string[];
}

/**
 * Answers `generate: false` without asking anybody (sheet X4): an empty response to continue from. It proves nothing about the
 * upstream, except that a model of that name is served.
 * @throws ProxyError for a request that cannot be read, or a model that is unknown.
 */
export const warmUp = async (context: RelayContext, inbound: Inbound): Promise<WarmUp> => {
  const { model } = await readQuestion(context, inbound);
  context.routing.candidates(model);
  const id = `resp_prewarm_${context.nextId()}`;
  const encoder = inbound.dialect.newStreamEncoder({ model, createdAt: Math.floor(context.clock.now() / 1000), wantsUsage: true });
  const events = [
    ...encoder.push({ kind: 'start', id, model }),
    ...encoder.push({ kind: 'stop', reason: 'end', usage: { input: 0, output: 0 } }),
    ...encoder.finish(),
  ];
  return { id, model, frames: events.map(({ data }) => data) };
};
