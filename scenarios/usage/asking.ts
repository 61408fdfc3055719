import type { UpstreamRequest } from '#fixtures/upstreams/script';
import type { Probe } from '#scenarios/kit/index';

type Body = { readonly stream_options?: { readonly include_usage?: unknown } } | undefined;

/** Whether a request asks for the count of its stream. */
export const wasAsked = ({ body }: Pick<UpstreamRequest, 'body'>): boolean => (body as Body)?.stream_options?.include_usage === true;

/** The same request without asking for the count of its stream; only Chat has such a question. */
export const unasked = (asking: Probe): Probe => {
  const { body } = asking;
  if (body === undefined || !('json' in body)) return asking;
  const { stream_options: _asked, ...rest } = body.json as Record<string, unknown>;
  return { ...asking, body: { json: rest } };
};
