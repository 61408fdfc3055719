import { expect, it } from 'vitest';

import { parseConfig } from './parse.ts';

const entry = (name: string, alias: string) => ({ name, alias, fork: true, 'force-mapping': true });

it('adds the names of the page for Antigravity where the configuration has no aliases', () => {
  const { config, notices } = parseConfig({ 'default-model-aliases': true });
  expect(config['oauth-model-alias']).toEqual({
    antigravity: [
      entry('claude-opus-4-6-thinking', 'gemini-claude-opus-4-6-thinking'),
      entry('claude-opus-4-6-thinking', 'gemini-claude-opus-thinking'),
      entry('claude-opus-4-5-thinking', 'gemini-claude-opus-4-5-thinking'),
      entry('claude-sonnet-4-5', 'gemini-claude-sonnet-4-5'),
      entry('claude-sonnet-4-5-thinking', 'gemini-claude-sonnet-4-5-thinking'),
    ],
  });
  expect(notices).toEqual(['config: default-model-aliases adds 5 names to oauth-model-alias.antigravity']);
});

it.each(['oauth-model-alias', 'oauth-model-mappings'])('adds nothing beside %s, and says so', (section) => {
  const own = { codex: [entry('gpt-5.3-codex', 'house')] };
  const { config, notices } = parseConfig({ 'default-model-aliases': true, [section]: own });
  expect(config['oauth-model-alias']).toEqual(own);
  expect(notices).toContain('config: default-model-aliases adds nothing beside oauth-model-alias');
});

it('adds nothing unless asked', () => {
  expect(parseConfig({}).config['oauth-model-alias']).toEqual({});
});
