import { ProxyError } from '../errors.ts';
import { defineRemedy } from './remedy.ts';

const asksForStream = (body: unknown): boolean =>
  body !== null && typeof body === 'object' && (body as { readonly stream?: unknown }).stream === true;

export default defineRemedy({
  id: 'compact-refuses-stream',
  matrixRow: 20,
  about: '`stream: true` on /v1/responses/compact is answered at once with a clear error, whatever the model, instead of with a hang.',
  onArrival: ({ operation, body }) => {
    if (operation === 'compact' && asksForStream(body)) {
      throw new ProxyError('compact-does-not-stream', 'Streaming not supported for compact responses', { param: 'stream' });
    }
  },
});
