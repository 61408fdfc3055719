import { sizeOf } from '../json/json-body.ts';
import { ProxyError } from '../errors.ts';
import { defineRemedy } from './remedy.ts';

export default defineRemedy({
  id: 'body-limit',
  matrixRow: 6,
  about: 'A body over the limit that the configuration sets for the model is refused before the upstream is asked, with both sizes named.',
  onAttempt: ({ call, maxBodyBytes, requestedModel }) => {
    // The body that counts is the one that would be sent: translation changes its size (sheet R6 (e) 1).
    const bytes = sizeOf(call.body);
    if (maxBodyBytes === undefined || bytes <= maxBodyBytes) return call;
    throw new ProxyError(
      'request-too-large',
      `The request for "${requestedModel}" is ${bytes} bytes as sent to the upstream; the limit for this model is ${maxBodyBytes} bytes. ` +
        'Shorten the conversation, move large content to files or URLs, or split it.',
    );
  },
});
