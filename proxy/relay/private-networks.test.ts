import { describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import { isPrivateAddress, publicLookup, refusePrivateAddress } from './private-networks.ts';

describe('a private address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
  ])('is %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1', 'portal.qwen.ai'])(
    'is not %s',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );

  it('is refused as a host, and found behind a name', async () => {
    expect(() => refusePrivateAddress('http://[::1]:80/v1')).toThrow('::1 is on a private network');
    expect(() => refusePrivateAddress('https://portal.qwen.ai/v1')).not.toThrow();
    const error = await new Promise((resolve) => publicLookup('localhost', {}, resolve));
    expect(error).toMatchObject({ code: 'PRIVATE_NETWORK' });
  });
});

describe('an address that a token named', () => {
  const ask = async (file: object): Promise<{ status: number; body: string }> => {
    const authFile = { type: 'qwen', access_token: 'qwen-access-token', models: ['qwen3-coder-plus'], ...file };
    const app = await buildProxy({ config: {}, authFiles: [authFile] });
    const payload = { model: 'qwen3-coder-plus', messages: [{ role: 'user', content: 'x' }] };
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/v1/chat/completions', payload });
    await app.close();
    return { status: statusCode, body };
  };

  it('does not lead into a private network', async () => {
    for (const resource_url of ['http://127.0.0.1:9', 'http://localhost:9', 'http://169.254.169.254']) {
      const { status, body } = await ask({ resource_url });
      expect(status).toBe(502);
      expect(body).toContain('leads into a private network');
    }
  });

  it('may when the operator says so', async () => {
    const { status, body } = await ask({ resource_url: 'portal.qwen.ai', base_url: 'http://127.0.0.1:9' });
    expect(status).toBe(502);
    expect(body).toContain('could not be reached');
  });
});
