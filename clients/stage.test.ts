import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CaseId } from './cases.ts';
import { type Client, defineClient } from './client.ts';
import { perform } from './stage.ts';

/** A client of ours: asks, does what it is told with its shell, and prints what comes. */
const program = `
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
const [url, key, model, prompt] = process.argv.slice(2);
const tools = [{ type: 'function', function: { name: 'bash', parameters: { type: 'object', properties: { command: { type: 'string' } } } } }];
const messages = [{ role: 'user', content: prompt }];
const ask = async () => {
  const response = await fetch(url + '/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + key, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, tools, stream: process.env.STREAMS === 'yes' }),
  });
  if (response.ok) return response;
  console.error(response.status);
  process.exit(1);
};
if (process.env.STREAMS === 'yes') for await (const piece of (await ask()).body) process.stdout.write(piece);
else {
  let { message } = (await (await ask()).json()).choices[0];
  for (const call of message.tool_calls ?? []) {
    const content = String(execSync(JSON.parse(call.function.arguments).command));
    messages.push(message, { role: 'tool', tool_call_id: call.id, content });
    ({ message } = (await (await ask()).json()).choices[0]);
  }
  console.log(message.content, readFileSync(process.env.HOME + '/.ours/config', 'utf8'));
}`;

let folder: string;
let client: Client;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-clients-stage-'));
  writeFileSync(join(folder, 'program.mjs'), program);
  client = defineClient({
    id: 'ours',
    title: 'Ours',
    package: 'ours',
    version: '1.0.0',
    bin: 'ours',
    surface: 'openai-chat',
    needs: [],
    command: ({ node }) => [node, join(folder, 'program.mjs')],
    args: ({ url, key, model, prompt }) => [url, key, model, prompt],
    env: ({ streams }) => ({ STREAMS: streams ? 'yes' : 'no' }),
    files: ({ key }) => ({ '.ours/config': `configured with ${key}` }),
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const performed = (id: CaseId) => {
  const place = { folder, node: process.execPath, platform: process.platform, arch: process.arch };
  const ran = { on: '2026-11-22', node: 'v20', system: 'ours', network: 'guard' } as const;
  return perform({ client, place, scratchDir: folder, path: process.env['PATH'] ?? '', isolated: false, ran }, id);
};

const usual = { ended: 'exit 0', tries: 1, prints: 'the whole answer', namesAsked: [], leftBehind: [] };
const asked = 'POST /v1/chat/completions';

describe('a client on the stage', () => {
  it('reaches the model through the proxy, with its own home and the key that the proxy knows', async () => {
    const { outcome, output, model } = await performed('plain');
    expect(outcome).toEqual({ ...usual, requests: [`${asked} → 200`] });
    expect(output).toMatch(/^alpha-begins[^]*omega-ends configured with <key>$/);
    expect(model).toBe('gpt-4.1-mini');
    expect(readdirSync(folder)).toEqual(['program.mjs']);
  });

  it('runs its tool, and the result goes back', async () => {
    const { outcome } = await performed('tool-call');
    expect(outcome).toEqual({ ...usual, requests: [`${asked} → 200 ×2`], tries: 2, tool: { ran: true, resultSent: true } });
  });

  it('is seen to print as it comes', async () => {
    const { outcome } = await performed('streamed');
    expect(outcome).toEqual({ ...usual, requests: [`${asked} → 200`], streams: true });
  });

  it.each([
    ['wrong-key', 401, {}],
    ['rate-limited', 429, { retryAfter: 'did not come back' }],
    ['server-error', 500, {}],
  ] as const)('meets %s', async (id, status, more) => {
    const { outcome, output } = await performed(id);
    expect([outcome, output]).toEqual([
      { ...usual, ended: 'exit 1', prints: 'no answer', requests: [`${asked} → ${status}`], ...more },
      String(status),
    ]);
  });
});
