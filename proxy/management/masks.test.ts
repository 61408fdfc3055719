import { describe, expect, it } from 'vitest';

import { withoutValue, withValue } from '../config/edit-yaml.ts';
import { Masks } from './masks.ts';

const masks = new Masks('key of this test', { FROM_ENV: 'value-of-env' });
const hidden = (text: string): string => masks.text(text).replaceAll(/masked:[0-9a-f]{12}/g, 'M');

describe('masks in a text', () => {
  it.each([
    ['api-keys: [one-secret, "two secret", \'three\']', 'api-keys: [M, M, M]'],
    ['api-keys:\n  - one # first\n  - key: two\n    name: ci\n', 'api-keys:\n  - M # first\n  - key: M\n    name: ci\n'],
    ['claude-api-key: [{ api-key: 12345678 }]', 'claude-api-key: [{ api-key: M }]'],
    [
      'remote-management:\n  secret-key: |\n    lines\n    of it\n  allow-remote: true\n',
      'remote-management:\n  secret-key: M  allow-remote: true\n',
    ],
    ['proxy-url: http://user:word@host:1\n', 'proxy-url: http://M@host:1\n'],
    ['kiro:\n  - access-token: t\n    refreshToken: r\n', 'kiro:\n  - access-token: M\n    refreshToken: M\n'],
    ['tls: { cert: a.pem, key: b.pem }\n', 'tls: { cert: a.pem, key: b.pem }\n'],
    ['api-keys:\n  - ${KEY}\n', 'api-keys:\n  - ${KEY}\n'],
    ['x:\n  headers: { A: b }\n', 'x:\n  headers: { A: M }\n'],
    ['# api-key: sk-old # and more\nport: 1 # no secret\n', '# api-key: M # and more\nport: 1 # no secret\n'],
    ['api-keys:\n  # - sk-0123456789abcdefghijklmnop\n', 'api-keys:\n  # - M\n'],
  ])('%j is shown as %j', (text, shown) => {
    expect(hidden(text)).toBe(shown);
  });

  it.each([
    'api-keys: [one-secret, "two secret", \'three\']\n# token: old\nremote-management:\n  secret-key: "a \\" b"\n',
    'proxy-url: http://user:word@host:1\napi-keys:\n  - ${KEY}\n  - x-${KEY}-y\n',
  ])('come back as what they stood for: %j', (text) => {
    expect(masks.unmaskText(masks.text(text), text)).toBe(text);
  });

  it('may come back in quotation marks, and more than once', () => {
    const text = 'api-keys: ["a secret"]\n';
    const mask = masks.of('a secret');
    expect(masks.unmaskText(`api-keys: ["${mask}", ${mask}]\n`, text)).toBe('api-keys: ["a secret", "a secret"]\n');
  });

  it('refuse to mean anything else', () => {
    expect(() => masks.unmaskText('api-keys: [masked:0123456789ab]', 'api-keys: [a]')).toThrow('masked:0123456789ab stands for no secret');
  });

  it('are not made of a text that is no YAML, in which nobody can tell what is secret', () => {
    expect(() => masks.text('api-keys: [secret')).toThrow('no valid YAML');
  });

  it('tell nothing under another key', () => {
    expect(new Masks('another key', {}).of('a secret')).not.toBe(masks.of('a secret'));
  });
});

describe('masks in values', () => {
  it('stand for secrets and come back as the text has them', () => {
    const text = 'api-keys: [" padded ", plain]\nclaude-api-key: [{ api-key: ${FROM_ENV} }]\n';
    const shown = masks.tree({ 'api-keys': [{ key: 'padded' }, 'plain'], 'claude-api-key': [{ 'api-key': 'value-of-env' }], port: 1 });
    expect(JSON.stringify(shown)).not.toMatch(/padded|plain|value-of-env/);
    expect(masks.unmaskTree(shown, text)).toEqual({
      'api-keys': [{ key: ' padded ' }, 'plain'],
      'claude-api-key': [{ 'api-key': '${FROM_ENV}' }],
      port: 1,
    });
  });
});

describe('edits of a text', () => {
  const text = '# top\na: 1 # one\nb:\n  # two\n  - x # first\n  - y\nc:\n';

  it.each([
    [['a'], 2, text.replace('1', '2')],
    [['a'], 'yes', text.replace('1', 'yes')],
    [['b', 1], 'a: b', text.replace('y', '"a: b"')],
    [['c', 'd'], true, text.replace('c:\n', 'c:\n  d: true\n')],
    [['e'], ['f'], `${text}e:\n  - f\n`],
  ] as const)('%j becomes %j', (path, value, expected) => {
    const edited = withValue(text, path, value);
    expect(edited).toBe(expected);
  });

  it('takes away what is there, and nothing where nothing is', () => {
    expect([withoutValue(text, ['b', 1]), withoutValue(text, ['z', 'y'])]).toEqual([text.replace('  - y\n', ''), text]);
  });
});
