import { ProxyError } from '../errors.ts';
import { decodedModel } from '../model-in-path.ts';
import type { Operation } from '../providers/provider.ts';
import { dialectNamed } from '../relay/context.ts';
import type { Framing } from '../relay/inbound.ts';
import { defineRoute } from './route.ts';

interface Action {
  readonly operation: Operation;
  readonly stream: boolean;
}

interface Target extends Action {
  readonly model: string;
}

const actions: ReadonlyMap<string, Action> = new Map([
  ['generateContent', { operation: 'generate', stream: false }],
  ['streamGenerateContent', { operation: 'generate', stream: true }],
  ['countTokens', { operation: 'count-tokens', stream: false }],
]);

/** Reads `…/models/<model>:<action>` from the raw path: a model's name may hold slashes, encoded or not, and colons. */
const readTarget = (url: string): Target => {
  const path = url.split('?', 1)[0] ?? '';
  const rest = path.slice(path.indexOf('/models/') + '/models/'.length);
  const colon = rest.lastIndexOf(':');
  const action = actions.get(rest.slice(colon + 1));
  if (colon <= 0 || action === undefined) throw new ProxyError('not-found', `There is no POST ${path.slice(0, 200)} here.`);
  return { model: decodedModel(rest.slice(0, colon)), ...action };
};

const framingOf = (query: unknown): Framing => ((query as { readonly alt?: unknown }).alt === 'sse' ? 'sse' : 'json-array');

/** Gemini's generateContent, streamGenerateContent and countTokens; a stream without `alt=sse` is a JSON array, as Google's is. */
export default defineRoute({
  id: 'gemini-generate',
  method: 'POST',
  url: '/v1beta/models/*',
  open: false,
  handle: (context, request, reply) => {
    const { operation, ...address } = readTarget(request.raw.url ?? '');
    const dialect = dialectNamed(context, 'gemini-generate');
    return context.relay(request, reply, { dialect, operation, address, framing: framingOf(request.query) });
  },
});
