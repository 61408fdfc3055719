import { describe, expect, it } from 'vitest';

import { targetAddresses } from './target-addresses.ts';

const never = (): Promise<readonly string[]> => Promise.reject(new Error('asked for'));

describe('a target', () => {
  it('is also where its name leads to', async () => {
    const found = await targetAddresses({ host: 'proxy.example', port: 443 }, (host) =>
      Promise.resolve(host === 'proxy.example' ? ['192.0.2.1', '2001:db8::1'] : []),
    );
    expect(found).toEqual(['proxy.example', '192.0.2.1', '2001:db8::1'].map((host) => ({ host, port: 443 })));
  });

  it.each(['127.0.0.1', 'localhost', '192.0.2.1', '2001:db8::1'])('needs no look-up for %s', async (host) => {
    let asked = 0;
    const lookUp = (): Promise<readonly string[]> => {
      asked += 1;
      return never();
    };
    expect([await targetAddresses({ host, port: 1 }, lookUp), asked]).toEqual([[{ host, port: 1 }], 0]);
  });

  it('has its name alone where that leads nowhere', async () => {
    const target = { host: 'proxy.invalid', port: 80 };
    expect(await targetAddresses(target, never)).toEqual([target]);
  });
});
