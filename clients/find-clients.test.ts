import { expect, it } from 'vitest';

import type { Aim } from './client.ts';
import { findClients } from './find-clients.ts';

const aim: Aim = {
  url: 'http://127.0.0.1:1',
  key: 'a-key-of-none',
  model: 'a-model',
  prompt: 'the prompt',
  streams: false,
  home: '/home-of-none',
};
const place = { folder: '/package', node: '/node', platform: 'linux', arch: 'x64' };

const clients = await findClients();

it('finds the clients of the issue, in order', () => {
  const packages = [...new Set(clients.map((client) => client.package))].sort();
  expect(packages).toEqual([
    '@anthropic-ai/claude-code',
    '@continuedev/cli',
    '@github/copilot',
    '@google/gemini-cli',
    '@mariozechner/pi-coding-agent',
    '@openai/codex',
    '@qwen-code/qwen-code',
    'opencode-ai',
  ]);
  const ids = clients.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
});

it.each(clients.map((client) => [client.id, client] as const))(
  '%s is told the address, the key, the model and the prompt, and no host of a vendor',
  (_id, client) => {
    const told = [
      ...client.command(place),
      ...client.args(aim),
      JSON.stringify(client.env(aim)),
      JSON.stringify(client.files?.(aim) ?? {}),
    ];
    const all = told.join(' ');
    const wanted = [aim.url, aim.key, aim.model, aim.prompt];
    expect(wanted.filter((text) => !all.includes(text))).toEqual([]);
    expect(all.match(/https?:\/\/(?!127\.0\.0\.1)[^\s"]+/g)).toBeNull();
  },
);

it.each(clients.map((client) => [client.id, client] as const))('%s has one version, not a range', (_id, client) => {
  expect(client.version).toMatch(/^\d+\.\d+\.\d+$/);
});
