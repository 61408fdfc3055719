import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { answer, startMockUpstream } from '#fixtures/index';
import { expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

it('tokens that a client has spent today are spent after a restart too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-budget-'));
  const upstream = await startMockUpstream();
  const token = `wpt_${'budget'.padStart(16, '0')}`;
  upstream.script(token, answer('text'));
  const ask = async (): Promise<number> => {
    const app = await buildProxy({
      baseDirectory: folder,
      config: {
        'api-keys': [{ key: 'client-key', name: 'ci', 'tokens-per-day': 15 }],
        usage: { store: 'usage.db' },
        'openai-compatibility': [
          { name: 'up', 'base-url': upstream.baseUrl('openai-chat'), 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'm' }] },
        ],
      },
    });
    const payload = { model: 'm', messages: [{ role: 'user', content: token }] };
    const said = await app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer client-key' },
      payload,
    });
    await app.close();
    return said.statusCode;
  };
  expect([await ask(), await ask()]).toEqual([200, 429]);
  await upstream.close();
  rmSync(folder, { recursive: true });
});
