import type { Probe } from '#scenarios/kit/probe';

type Texts = Readonly<Record<string, string>>;

const lowerCase = (headers: Texts): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/**
 * The headers of a request, with lower-case names.
 * @param content headers that the body's encoding calls for
 * @param wanted what the target needs: credential and routing headers; the probe's own win over them
 */
export const sentHeaders = (probe: Probe, content: Texts, wanted: Texts): Texts => ({
  'user-agent': 'wireproof',
  accept: probe.stream ? 'text/event-stream' : 'application/json',
  ...content,
  ...lowerCase(wanted),
  ...lowerCase(probe.headers),
});
