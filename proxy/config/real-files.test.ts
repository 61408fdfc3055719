import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { configJsonSchema, configPlaces } from './json-schema.ts';
import { parseConfig } from './parse.ts';
import { ConfigError } from './problem.ts';
import { parseYaml, readConfigFile } from './read.ts';
import { collectSecrets, isSecretPlace } from './secret-places.ts';

const pathOf = (relative: string): string => new URL(relative, import.meta.url).pathname;
const textOf = (relative: string): string => readFileSync(pathOf(relative), 'utf8');
const load = (relative: string) => parseConfig(readConfigFile(pathOf(relative)), { where: 'config.yaml', env: {} });

const problemsOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error instanceof ConfigError ? error.problems : error;
  }
};

describe('configurations of the page’s product', () => {
  it('there are two to load', () => {
    expect(readdirSync(pathOf('samples')).sort()).toEqual(['single-user.yaml', 'team.yaml']);
  });

  it('loads the file of one person, with a quiet notice for each key that changes nothing', () => {
    const { config, warnings, notices } = load('samples/single-user.yaml');
    expect(warnings).toEqual([]);
    expect(notices).toEqual(
      [
        'oauth-model-mappings is read as oauth-model-alias',
        'remote-management.disable-control-panel has no effect here',
        'remote-management.panel-github-repository has no effect here',
        'pprof has no effect here',
        'commercial-mode has no effect here',
        'incognito-browser has no effect here',
        'error-logs-max-files has no effect here',
        'ws-auth has no effect here',
        'nonstream-keepalive-interval has no effect here',
        'ampcode has no effect here',
      ].map((notice) => `config.yaml: ${notice}`),
    );
    expect([config.host, config['request-retry'], config['oauth-model-alias'].iflow?.[0]?.alias]).toEqual(['', 3, 'glm']);
    expect(config['gemini-api-key']?.map(({ prefix, headers }) => [prefix, headers])).toEqual([
      ['home', { 'X-Household': 'kitchen' }],
      [undefined, {}],
    ]);
  });

  it('loads the file of a team', () => {
    const { config, warnings, notices } = load('samples/team.yaml');
    expect(warnings).toEqual([]);
    expect(notices.map((notice) => notice.replace(/^config\.yaml: (.*) has no effect here$/, '$1')).sort()).toEqual(
      [
        'config.yaml: oauth-upstream is read as oauth-upstreams',
        'antigravity',
        'auth-auto-refresh-workers',
        'claude-api-key.cloak',
        'claude-api-key.fingerprint-profile',
        'claude-api-key.request-scoped-errors',
        'claude-code',
        'codex',
        'codex-api-key.models.is-compat',
        'codex-api-key.websockets',
        'disable-claude-cloak-mode',
        'disable-image-generation',
        'oauth-request-scoped-errors',
        'openai-compatibility.models.image',
        'openai-compatibility.models.input-modalities',
        'openai-compatibility.support-prompt-cache-key',
        'plugins',
        'quota-exceeded.antigravity-credits',
        'redis-usage-queue-retention-seconds',
        'remote-management.disable-auto-update-panel',
        'ws-auth',
        'routing.session-affinity-subagents',
        'save-cooldown-status',
        'vertex-api-key',
        'video-result-auth-cache-ttl',
        'xai-api-key',
      ].sort(),
    );
    expect([config.streaming['keepalive-seconds'], config['max-retry-interval'], config['oauth-upstreams']]).toEqual([
      0,
      0,
      { iflow: { 'base-url': 'https://iflow.example.com/v1' } },
    ]);
    expect(config['codex-api-key']?.map((entry) => [entry['request-retry'], entry['proxy-url'], entry.weight])).toEqual([
      [undefined, 'direct', 5],
    ]);
  });

  it('still warns of a key that nobody knows', () => {
    expect(parseConfig({ pprofs: {}, 'claude-api-key': [{ 'api-key': 'x', cloack: {} }] }).warnings.map(({ where }) => where)).toEqual([
      'config: claude-api-key[0].cloack',
      'config: pprofs',
    ]);
  });
});

describe('references to the environment', () => {
  const tree = {
    host: '${HOST}',
    'api-keys': ['${CLIENT_KEY}', { key: 'a-${CLIENT_KEY}-b', name: '$${LITERAL} $5' }],
    'claude-api-key': [{ 'api-key': '${CLAUDE_KEY}', headers: { 'X-A': '${CLIENT_KEY}' } }],
    ampcode: { 'upstream-api-key': '${NOT_SET_AND_NOT_NEEDED}' },
  };

  it('stand for the values of variables, anywhere in texts', () => {
    const { config } = parseConfig(tree, { env: { HOST: '::1', CLIENT_KEY: 'client', CLAUDE_KEY: 'claude' } });
    expect([config.host, config['api-keys'], config['claude-api-key']?.[0]?.['api-key'], config['claude-api-key']?.[0]?.headers]).toEqual([
      '::1',
      [{ key: 'client' }, { key: 'a-client-b', name: '${LITERAL} $5' }],
      'claude',
      { 'X-A': 'client' },
    ]);
  });

  it('are a problem when the variable is not set or empty, named with its place', () => {
    const env = { CLIENT_KEY: '', HOST: '::1' };
    const expected = (name: string) => `a value in the environment variable ${name}`;
    const hint = (name: string) => `set ${name}, or write $\${${name}} for the text itself`;
    expect(problemsOf(() => parseConfig(tree, { where: 'c', env }))).toEqual([
      { where: 'c: api-keys[0]', expected: expected('CLIENT_KEY'), actual: 'empty text', hint: hint('CLIENT_KEY') },
      { where: 'c: api-keys[1].key', expected: expected('CLIENT_KEY'), actual: 'empty text', hint: hint('CLIENT_KEY') },
      { where: 'c: claude-api-key[0].api-key', expected: expected('CLAUDE_KEY'), actual: 'no such variable', hint: hint('CLAUDE_KEY') },
      { where: 'c: claude-api-key[0].headers.X-A', expected: expected('CLIENT_KEY'), actual: 'empty text', hint: hint('CLIENT_KEY') },
    ]);
  });

  it('are plain text to who hands in a configuration without an environment', () => {
    expect(parseConfig({ 'api-keys': ['${X}'] }).config['api-keys']).toEqual([{ key: '${X}' }]);
  });
});

describe('the JSON Schema', () => {
  it('is the one in docs/schemas: wireproof proxy --schema > docs/schemas/config.schema.json', () => {
    expect(JSON.parse(textOf('../../docs/schemas/config.schema.json'))).toEqual(configJsonSchema());
  });

  it('marks as secret what is masked and blotted out', () => {
    const marked = configPlaces().filter(({ secret }) => secret);
    expect(marked.map(({ path }) => path.join('.')).sort()).toEqual([
      'api-keys.[]',
      'api-keys.[].key',
      'claude-api-key.[].api-key',
      'claude-api-key.[].headers.*',
      'codex-api-key.[].api-key',
      'codex-api-key.[].headers.*',
      'gemini-api-key.[].api-key',
      'gemini-api-key.[].headers.*',
      'openai-compatibility.[].api-key-entries.[].api-key',
      'openai-compatibility.[].headers.*',
      'remote-management.secret-key',
    ]);
    const hidden = marked.filter(({ path }) => isSecretPlace(path.map((step) => (step === '[]' ? 0 : step))));
    expect(hidden).toEqual(marked);
  });

  it('names secrets in URLs and in keys that only others know, too', () => {
    const tree = { 'proxy-url': 'http://u:p%40ss@h:1', ampcode: { 'upstream-api-key': 'amp' }, tls: { key: 'key.pem' }, port: 1 };
    expect(collectSecrets(tree)).toEqual(['u:p%40ss', 'p@ss', 'amp']);
  });
});

describe('examples/config.yaml', () => {
  const text = textOf('../../examples/config.yaml');

  /** With what is switched off: a # and an even number of blanks before a setting, an odd one before prose. */
  const uncommented = text.replaceAll(/^( *)#(?=(?: {2})*\S)/gm, '$1');

  /** Keys of a text. */
  const keysIn = (yaml: string): ReadonlySet<string> =>
    new Set([...yaml.matchAll(/(?:^|[\s{,-])["']?([A-Za-z][\w-]*)["']?:(?:\s|$)/gm)].map(([, key]) => key ?? ''));

  it('has every key of the schema', () => {
    const known = new Set(configPlaces().flatMap(({ path }) => path.filter((step) => step !== '*' && step !== '[]')));
    const told = keysIn(uncommented);
    expect([...known].filter((key) => !told.has(key))).toEqual([]);
  });

  it('loads as it is, and with everything in it that is commented out', () => {
    for (const one of [text, uncommented]) {
      const { warnings, notices } = parseConfig(parseYaml(one, 'example'), { where: 'example', env: { MANAGEMENT_KEY: 'x', NAME: 'y' } });
      expect([warnings, notices]).toEqual([[], []]);
    }
  });
});
