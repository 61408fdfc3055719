import { createHmac } from 'node:crypto';

import { z } from 'zod';

import { alertDocument } from './alert-document.ts';
import { defineDestination } from './destination.ts';
import { commonSettings, httpUrl, secretKeys } from './settings.ts';

/**
 * `v1=` and the hexadecimal HMAC-SHA256 of `<timestamp>.<body>`. Whoever receives it compares in constant time, refuses timestamps that
 * are more than five minutes away, and does nothing for a `wireproof-delivery` that it has seen: so nobody can play a letter twice.
 */
const signature = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

export default defineDestination({
  kind: 'webhook',
  about: 'JSON of the form wireproof.alert/v1 (wireproof schema alert), signed where there is a secret.',
  settings: z.strictObject({ url: httpUrl.optional(), ...secretKeys('url'), ...secretKeys('secret'), ...commonSettings }),
  secrets: ['url', 'secret'],
  needs: ({ url }) => (url === undefined ? ['url'] : []),
  bodyOf: (event, { settings, secrets, now, delivery, page }) => {
    const body = JSON.stringify(alertDocument(event, { delivery, ...(page !== undefined && { page }) }));
    const timestamp = String(Math.floor(now / 1000));
    const { secret } = secrets;
    return {
      url: settings.url ?? secrets['url'] ?? '',
      headers: {
        'content-type': 'application/json',
        'wireproof-event': event.kind,
        'wireproof-delivery': delivery,
        'wireproof-timestamp': timestamp,
        ...(secret !== undefined && { 'wireproof-signature': signature(secret, timestamp, body) }),
      },
      body,
    };
  },
});
