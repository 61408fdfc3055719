import { expect, it } from 'vitest';

import { probe, type CallerSight } from '#scenarios/kit/index';

import { isThere } from './operators.ts';

const seen = (status: number, bodyText: string, contentType?: string): CallerSight => ({
  probe: probe({ dialect: 'openai-chat', path: '/v0/management/oauth-callback' }),
  token: '',
  status,
  headers: contentType === undefined ? {} : { 'content-type': contentType },
  bodyText,
  json: undefined,
  events: [],
  end: 'complete',
  sentBytes: 0,
  durationMs: 0,
});

it.each([
  ['the endpoint that wants no key', seen(400, '{"error":"state is required"}'), 'holds', undefined],
  ['a build that wants a key there, too', seen(401, '{"error":"missing management key"}'), 'holds', undefined],
  ['one that is for its own machine', seen(403, '{"error":"remote management disabled"}'), 'holds', undefined],
  ['nothing, from newer builds', seen(404, ''), 'deviates', 'switched off: remote-management.secret-key is empty'],
  [
    'a page of another server',
    seen(404, '<html>', 'text/html'),
    'deviates',
    'an HTML page: a server in front of the proxy answers, which forwards only part of the paths',
  ],
  ['a path that older builds never had', seen(404, '404 page not found', 'text/plain'), 'cannot-tell', undefined],
  ['an answer to whatever is asked', seen(200, '{}'), 'deviates', undefined],
  ['no answer', seen(0, ''), 'cannot-tell', undefined],
] as const)('%s', (_about, sight, kind, evidence) => {
  const reading = isThere(sight);
  expect([reading.kind, 'evidence' in reading ? reading.evidence : undefined]).toEqual([kind, evidence]);
});
