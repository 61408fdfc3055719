import type { Cell } from './cell.ts';

/** What a target can claim besides the dialects it takes and the upstreams it reaches. A scenario that requires more than a target claims is `unsupported` there. */
export const capabilities = {
  stream: 'streams answers as server-sent events',
  tools: 'carries tool definitions, tool calls and tool results',
  compact: 'serves POST /v1/responses/compact',
  'gzip-requests': 'accepts request bodies with Content-Encoding: gzip',
  'body-limits': 'refuses bodies over a configured limit before contacting the upstream',
  'fallback-routes': 'continues with a configured other model when the requested one is refused',
  'credential-tiers': 'knows the subscription tier of a credential',
  'signed-iflow': 'reaches iFlow with its signed CLI headers',
} as const;
export type Capability = keyof typeof capabilities;

/** What a cell needs of a target, beside what the scenario requires. */
export const cellNeeds = (cell: Cell): readonly string[] => [
  `client:${cell.client}`,
  `upstream:${cell.upstream}`,
  ...(cell.stream ? ['stream'] : []),
];
