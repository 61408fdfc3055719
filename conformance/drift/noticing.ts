import { type SurfaceId, surfaceIds } from '#fixtures/exchange';
import type { Play, Script, UpstreamRequest } from '#fixtures/upstreams/script';
import type { Scenario } from '#scenarios/kit/scenario';

/** Which scenario plays what an upstream no longer says: the first one, in the order of the page. Which one notices, a run tells (`notice/`). */

const operations = ['generate', 'compact', 'count-tokens', 'embeddings'] as const;

const request = (surface: SurfaceId, operation: UpstreamRequest['operation'], stream: boolean): UpstreamRequest => ({
  surface,
  operation,
  stream,
  method: 'POST',
  path: '/',
  query: '',
  headers: {},
  bodyBytes: Buffer.from('{}'),
  wireBytes: 2,
  body: {},
  token: '',
  at: 0,
  callIndex: 0,
});

const requests = surfaceIds.flatMap((surface) =>
  operations.flatMap((operation) => [false, true].map((stream) => request(surface, operation, stream))),
);

/** What a script plays for an empty request. Scripts that read more of the request than there is are passed over. */
const playedBy = (script: Script, asked: UpstreamRequest): readonly Play[] => {
  try {
    return [script(asked)];
  } catch {
    return [];
  }
};

/** What a script plays for empty requests of one surface and mode. */
export const playsOf = (script: Script, surface: SurfaceId, stream: boolean): readonly Play[] =>
  requests.filter((asked) => asked.surface === surface && asked.stream === stream).flatMap((asked) => playedBy(script, asked));

/** The first scenario by exchange id, as far as it can be told without running any. */
export const scenariosByExchange = (scenarios: readonly Scenario[]): ReadonlyMap<string, string> => {
  const first = new Map<string, string>();
  for (const { id, cells, upstream } of scenarios) {
    for (const cell of cells) {
      const script = upstream(cell);
      for (const { exchange } of requests.flatMap((asked) => playedBy(script, asked))) if (!first.has(exchange)) first.set(exchange, id);
    }
  }
  return first;
};

/** The scenario that plays one of these samples, or else one that plays the same surface in the same way. */
export const noticedBy = (
  first: ReadonlyMap<string, string>,
  { surface, seenIn }: { readonly surface: string; readonly seenIn: readonly string[] },
): string | undefined => {
  const exact = seenIn.map((id) => first.get(id)).find((id) => id !== undefined);
  if (exact !== undefined) return exact;
  const streams = seenIn.some((id) => id.includes('.stream'));
  return [...first].find(([exchange]) => exchange.startsWith(`${surface}/`) && exchange.endsWith('.stream') === streams)?.[1];
};
