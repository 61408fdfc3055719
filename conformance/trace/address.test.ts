import { describe, expect, it } from 'vitest';

import { addressOf, addressText, covers, readAddress, sameAddress } from './address.ts';

describe('an address', () => {
  it.each([
    ['api.openai.com:443', { host: 'api.openai.com', port: 443 }],
    ['API.OpenAI.com.', { host: 'api.openai.com', port: 80 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
    ['10.0.0.1', { host: '10.0.0.1', port: 80 }],
  ])('is read from %s', (text, address) => {
    expect(readAddress(text, 80)).toEqual(address);
  });

  it.each(['', 'host:port', 'host:99999', 'user@host:1', 'a b', 'http://host'])('is not read from %j', (text) => {
    expect(readAddress(text)).toBeUndefined();
  });

  it('has the port of its scheme', () => {
    expect(addressOf(new URL('https://Proxy.example/v1'))).toEqual({ host: 'proxy.example', port: 443 });
    expect(addressText(addressOf(new URL('http://[::1]')))).toBe('[::1]:80');
  });

  it('is the same under all names of the loopback, and on no other port', () => {
    const proxy = { host: '127.0.0.1', port: 8317 };
    const names = ['localhost', '::1', '127.0.0.2', '::ffff:127.0.0.1', '10.0.0.1', 'localhost.example'];
    expect(names.filter((host) => sameAddress(proxy, { host, port: 8317 }))).toEqual(names.slice(0, 4));
    expect(sameAddress(proxy, { host: '127.0.0.1', port: 8318 })).toBe(false);
  });

  it('is covered by its host alone, or with its port', () => {
    const to = { host: 'telemetry.example', port: 443 };
    expect([0, 443, 80].map((port) => covers({ host: 'telemetry.example', port }, to))).toEqual([true, true, false]);
    expect(covers({ host: 'example', port: 0 }, to)).toBe(false);
  });
});
