/** The language in which a row is written. */
export { acting } from './acting.ts';
export type { Action, ActionResult } from './action.ts';
export { answer, replay } from '#fixtures/upstreams/script';
export { capabilities, type Capability } from './capability.ts';
export { cellName, clientDialects, crossing, type Cell, type ClientDialect } from './cell.ts';
export { defineScenario } from './define.ts';
export { cannotTell, deviates, holds, must, should, type Reading } from './expectation.ts';
export type { Ground } from './ground.ts';
export { CLIENT_KEY, TOKEN, type Probe, type ShownKey } from './probe.ts';
export type { CallerSight, FullSight, SseEvent } from './sight.ts';
export { answerIn, converse, errorIn, probe } from './conversation.ts';
export { allOf, answers, everyUpstreamCall, inShort, mentions, reachedUpstream, refused, says } from './readings.ts';
export { textOfOutput, toolResultsIn } from './upstream-reader.ts';
