import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseConfig } from './parse.ts';
import { ConfigError } from './problem.ts';
import { readAuthDirectory, readConfigFile } from './read.ts';

const problemsOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error instanceof ConfigError ? error.problems : error;
  }
  return 'no error';
};

const compatibility = { name: 'x', 'base-url': 'http://127.0.0.1:1/v1/', 'api-key-entries': [{ 'api-key': 's' }], models: [{ name: 'm' }] };

describe('parseConfig', () => {
  it('fills in what is left out and tidies what is there', () => {
    const { config, warnings } = parseConfig({
      'api-keys': [' a ', 'a', '', 12, { key: 'b', name: 'ci', models: ['gpt-*'], 'requests-per-minute': 5 }],
      'openai-compatibility': [compatibility],
      fallback: { m: 'n', o: ['p', 'q'], r: { to: 's', on: ['quota'] } },
    });
    expect(warnings).toEqual([]);
    const preference = { priority: 0, weight: 1, disabled: false };
    expect(config).toEqual({
      host: '127.0.0.1',
      port: 8317,
      tls: { enable: false, cert: '', key: '' },
      'remote-management': { 'allow-remote': false, 'secret-key': '', 'hash-secret-key': false },
      'api-keys': [{ key: 'a' }, { key: '12' }, { key: 'b', name: 'ci', models: ['gpt-*'], 'requests-per-minute': 5 }],
      debug: false,
      'logging-to-file': false,
      'logs-max-total-size-mb': 0,
      'usage-statistics-enabled': true,
      'proxy-url': '',
      'openai-compatibility': [
        {
          ...compatibility,
          ...preference,
          'base-url': 'http://127.0.0.1:1/v1',
          'wire-api': 'chat',
          headers: {},
          'api-key-entries': [{ 'api-key': 's', weight: 1 }],
          models: [{ name: 'm', 'force-mapping': false }],
        },
      ],
      'codex-api-key': [],
      'claude-api-key': [],
      'gemini-api-key': [],
      'oauth-model-alias': {},
      'default-model-aliases': false,
      'oauth-excluded-models': {},
      'oauth-upstreams': {},
      'force-model-prefix': false,
      'request-retry': 0,
      'max-retry-credentials': 0,
      'max-retry-interval': 0,
      'disable-cooling': false,
      'transient-error-cooldown-seconds': 0,
      'quota-exceeded': { 'switch-project': true, 'switch-preview-model': true },
      routing: { strategy: 'round-robin', 'session-affinity': false, 'session-affinity-ttl': '1h' },
      'passthrough-headers': false,
      'max-request-body-bytes': 33_554_432,
      losses: 'list',
      'body-limits': {},
      fallback: {
        m: { to: ['n'], on: ['model-refused'] },
        o: { to: ['p', 'q'], on: ['model-refused'] },
        r: { to: ['s'], on: ['quota'] },
      },
      'retry-budget': { ratio: 0.2, minimum: 10 },
      'circuit-breaker': { failures: 5, 'open-seconds': 30 },
      usage: { store: '', 'retention-days': 90 },
      persona: 'documented',
      'request-timeout-seconds': 300,
      'responses-websocket': true,
      streaming: { 'keepalive-seconds': 15, 'bootstrap-retries': 0 },
      payload: { default: [], 'default-raw': [], override: [], 'override-raw': [], filter: [] },
      remedies: { off: [] },
    });
  });

  it('takes a key without a value as not set', () => {
    expect(parseConfig({ 'api-keys': null }).config['api-keys']).toEqual([]);
  });

  it('reports all problems of one load together', () => {
    const tree = {
      port: '8317',
      'openai-compatibility': [{ ...compatibility, 'base-url': 'ftp://x', 'wire-api': 'completions', models: [] }],
      'claude-api-key': [{ 'api-key': ['secret'] }],
      remedies: { off: ['body-limits', 'body-limit'] },
    };
    const authFiles = [{ where: 'a.json', tree: { type: 'codex', base_url: 'http://x' } }];
    expect(problemsOf(() => parseConfig(tree, { where: 'config.yaml', authFiles }))).toEqual([
      { where: 'config.yaml: port', expected: 'a number', actual: '"8317"' },
      { where: 'config.yaml: openai-compatibility[0].base-url', expected: 'an http or https URL', actual: '"ftp://x"' },
      { where: 'config.yaml: openai-compatibility[0].wire-api', expected: 'one of chat, responses', actual: '"completions"' },
      { where: 'config.yaml: openai-compatibility[0].models', expected: 'at least 1 entry', actual: 'a list' },
      { where: 'config.yaml: claude-api-key[0].api-key', expected: 'text or a number', actual: 'a list' },
      { where: 'config.yaml: remedies.off', expected: 'the id of a remedy', actual: '"body-limits"', hint: 'did you mean "body-limit"?' },
      { where: 'a.json: access_token', expected: 'access_token or api_key', actual: 'nothing' },
    ]);
  });

  it('warns of unknown keys, names the nearest, and goes on', () => {
    const { warnings, config } = parseConfig({ prot: 1, 'claude-api-key': [{ 'api-key': 's', modles: [] }] }, { where: 'config.yaml' });
    expect(config.port).toBe(8317);
    expect(warnings).toEqual([
      {
        where: 'config.yaml: claude-api-key[0].modles',
        expected: 'a known key',
        actual: '"modles", which is ignored',
        hint: 'did you mean "models"?',
      },
      { where: 'config.yaml: prot', expected: 'a known key', actual: '"prot", which is ignored', hint: 'did you mean "port"?' },
    ]);
  });

  it('tells of misspelt keys together with what is wrong, because the one may be why', () => {
    const tree = { 'openai-compatibility': [{ name: 'a', 'base-url': 'http://x', 'api-key-entries': [{ 'api-key': 's' }], modles: [] }] };
    expect(problemsOf(() => parseConfig(tree, { where: 'config.yaml' }))).toEqual([
      { where: 'config.yaml: openai-compatibility[0].models', expected: 'a list', actual: 'nothing' },
      {
        where: 'config.yaml: openai-compatibility[0].modles',
        expected: 'a known key',
        actual: '"modles", which is ignored',
        hint: 'did you mean "models"?',
      },
    ]);
  });

  it('refuses an auth file without a secret, and never shows one', () => {
    const tree = { type: 'codex', base_url: 'nowhere', access_token: '' };
    const error = problemsOf(() =>
      parseConfig({ 'gemini-api-key': [{ 'api-key': { 'sk-secret': 1 } }] }, { authFiles: [{ where: 'a', tree }] }),
    );
    expect(error).toEqual([
      { where: 'config: gemini-api-key[0].api-key', expected: 'text or a number', actual: 'a value of type object' },
      { where: 'a: base_url', expected: 'an http or https URL', actual: '"nowhere"' },
      { where: 'a: access_token', expected: 'access_token or api_key', actual: 'empty text' },
    ]);
  });

  it('says that a mapping was expected', () => {
    expect(problemsOf(() => parseConfig('port: 1'))).toEqual([{ where: 'config', expected: 'a mapping', actual: '"port: 1"' }]);
  });
});

describe('files', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wireproof-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('reads YAML into a tree', () => {
    expect(readConfigFile(file('good.yaml', 'port: 0\napi-keys: [a]\n'))).toEqual({ port: 0, 'api-keys': ['a'] });
  });

  it('has an example that is right', () => {
    const path = fileURLToPath(new URL('../../examples/config.yaml', import.meta.url));
    const { config, warnings } = parseConfig(readConfigFile(path));
    expect([config.port, warnings]).toEqual([8317, []]);
  });

  it('names line and column of a syntax error', () => {
    const path = file('bad.yaml', 'port: 0\napi-keys: [a\n');
    expect(problemsOf(() => readConfigFile(path))).toEqual([
      {
        where: `${path}:3:1`,
        expected: 'valid YAML',
        actual: 'Flow sequence in block collection must be sufficiently indented and end with a ]',
      },
    ]);
  });

  it('says what is wrong with a path', () => {
    const missing = join(folder, 'none.yaml');
    expect(problemsOf(() => readConfigFile(missing))).toEqual([
      { where: missing, expected: 'a readable file', actual: 'no such file', hint: 'check the path' },
    ]);
    expect(problemsOf(() => readConfigFile(folder))).toEqual([
      {
        where: folder,
        expected: 'a readable file',
        actual: 'a directory',
        hint: 'put the file there; a container runtime makes a directory of a mount whose file is missing',
      },
    ]);
  });

  it('reads the auth directory beside the config file', () => {
    file('one.json', '{"type":"codex"}');
    expect(readAuthDirectory('.', join(folder, 'config.yaml'))).toEqual([
      { where: join(folder, 'one.json'), path: join(folder, 'one.json'), tree: { type: 'codex' } },
    ]);
    file('two.json', '{');
    const where = join(folder, 'two.json');
    expect(problemsOf(() => readAuthDirectory('.', join(folder, 'config.yaml')))).toEqual([
      { where, expected: 'valid JSON', actual: "Expected property name or '}' in JSON at position 1" },
    ]);
    expect(problemsOf(() => readAuthDirectory('none', join(folder, 'config.yaml')))).toEqual([
      { where: join(folder, 'none'), expected: 'a readable directory (auth-dir)', actual: 'no such file', hint: 'check the path' },
    ]);
  });
});
