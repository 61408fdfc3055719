import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { runProgram } from '../run-program.ts';
import { guardEnvironment, networkHere } from './network.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-clients-network-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (command: readonly string[], env: Readonly<Record<string, string>>) =>
  runProgram({ command, env: { PATH: process.env['PATH'] ?? '', ...env }, cwd: folder, withinMs: 20_000, onOutput: () => undefined });

it('the guard keeps a client from leaving, notes where it wanted to go, and lets it start programs', async () => {
  const log = join(folder, 'left.log');
  const inner = "fetch('https://api.example.test').catch(() => console.log('kept'))";
  const program = `console.log(require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(inner)}]).toString())`;
  const { ended, output } = await run([process.execPath, '-e', program], guardEnvironment(log));
  expect([ended, output.trim(), readFileSync(log, 'utf8').split('\n')[0]]).toEqual(['exit 0', 'kept', 'api.example.test:443']);
});

it('what this machine offers lets a program run', async () => {
  const { wrap, kind } = networkHere();
  const { ended, output } = await run([...wrap, process.execPath, '-p', '1 + 1'], {});
  expect([ended, output.trim(), wrap.length > 0]).toEqual(['exit 0', '2', kind === 'namespace']);
});

it('the guard lets a client reach this machine, also by an agent that names no socket file', async () => {
  const program = [
    "const server = require('node:http').createServer((_req, res) => res.end('here')).listen(0, '127.0.0.1', () => {",
    '  const { port } = server.address();',
    "  const agent = { addRequest: (req) => req.onSocket(require('node:net').connect({ host: '127.0.0.1', port, path: null })) };",
    "  require('node:http').get({ host: '127.0.0.1', port, agent }, (res) => res.once('end', () => server.close()).pipe(process.stdout));",
    '});',
  ].join('\n');
  const { ended, output } = await run([process.execPath, '-e', program], guardEnvironment(join(folder, 'stayed.log')));
  expect([ended, output]).toEqual(['exit 0', 'here']);
});
