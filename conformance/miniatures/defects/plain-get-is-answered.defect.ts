import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'plain-get-is-answered',
  about: 'GET /v1/responses without an upgrade is answered with 200',
  seenIn: 'sheet X4 (e) 12: proxies that answer 200 to the upgrade',
  front: (message, passOn) =>
    message.method === 'GET' && message.path === '/v1/responses'
      ? Promise.resolve({ status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') })
      : passOn(message),
});
