import { ProxyError } from '../errors.ts';
import type { Framing } from '../relay/inbound.ts';
import { dialectNamed } from '../relay/context.ts';
import { defineRoute } from './route.ts';

interface Target {
  readonly model: string;
  readonly stream: boolean;
}

const actions: Readonly<Record<string, boolean>> = { generateContent: false, streamGenerateContent: true };

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new ProxyError('invalid-request', 'The path is not valid percent-encoding.', { cause: error });
  }
};

/** Reads `…/models/<model>:<action>` from the raw path: a model's name may hold slashes, encoded or not, and colons. */
const readTarget = (url: string): Target => {
  const path = url.split('?', 1)[0] ?? '';
  const rest = path.slice(path.indexOf('/models/') + '/models/'.length);
  const colon = rest.lastIndexOf(':');
  const stream = actions[rest.slice(colon + 1)];
  if (colon <= 0 || stream === undefined) throw new ProxyError('not-found', `There is no POST ${path.slice(0, 200)} here.`);
  return { model: decoded(rest.slice(0, colon)), stream };
};

const framingOf = (query: unknown): Framing => ((query as { readonly alt?: unknown }).alt === 'sse' ? 'sse' : 'json-array');

/** Gemini's generateContent and streamGenerateContent; a stream without `alt=sse` is a JSON array, as Google's is. */
export default defineRoute({
  id: 'gemini-generate',
  method: 'POST',
  url: '/v1beta/models/*',
  open: false,
  handle: (context, request, reply) => {
    const address = readTarget(request.raw.url ?? '');
    const dialect = dialectNamed(context, 'gemini-generate');
    return context.relay(request, reply, { dialect, operation: 'generate', address, framing: framingOf(request.query) });
  },
});
