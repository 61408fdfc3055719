import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { perform } from './perform.ts';
import type { Suite } from './suites/suite.ts';

let server: Server;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-interop-test-'));
  server = createServer((_req, res) => res.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const report = "import { writeFileSync } from 'node:fs'; const report = (text) => writeFileSync(process.argv[3], text);";

/** Runs a program of ours as if it were a suite. */
const performed = (program: string, { withinMs = 20_000, read = (text: string) => [{ id: text, outcome: 'pass', findings: [] }] } = {}) => {
  writeFileSync(join(folder, 'program.mjs'), `${report}\n${program}`);
  const suite: Suite = {
    name: 'ours',
    version: '1.0.0',
    licence: 'MIT',
    about: 'for this test',
    program: 'program.mjs',
    args: ({ url, reportFile }) => [url, reportFile],
    env: ({ clientKey }) => ({ THE_KEY: clientKey }),
    withinMs,
    read,
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const aim = { url, clientKey: 'a-key', model: 'a-model' };
  return perform({ suite, folder, aim, scratchDir: folder, path: process.env['PATH'] ?? '', signal: new AbortController().signal });
};

describe('a suite', () => {
  it('reaches the proxy and is read', async () => {
    const program = 'report(`${process.env.THE_KEY} ${await (await fetch(process.argv[2])).text()}`);';
    expect(await performed(program)).toEqual([{ id: 'a-key here', outcome: 'pass', findings: [] }]);
  });

  it('sees nothing of our environment', async () => {
    const program = 'report(Object.keys(process.env).filter((name) => /KEY|TOKEN|npm/i.test(name)).join());';
    expect(await performed(program)).toEqual([{ id: 'THE_KEY', outcome: 'pass', findings: [] }]);
  });

  it.each([
    ['a name', "await fetch('https://api.example.com/v1').catch(() => {});", 'lookup of api.example.com|api.example.com:443'],
    ['an address', "import('node:net').then((net) => net.connect(443, '192.0.2.1').on('error', () => {}));", '192.0.2.1:443'],
    ['a program', "import { spawn } from 'node:child_process'; try { spawn('curl'); } catch {}", 'the program curl'],
  ])('that wants to leave this machine by %s is caught', async (_how, program, what) => {
    await expect(performed(`report('fine');\n${program}`)).rejects.toThrow(
      new RegExp(`ours wanted to leave this machine: (${what.replaceAll('.', String.raw`\.`)})`),
    );
  });

  it('that writes no report is told with its last words', async () => {
    await expect(performed("console.error('no such model'); process.exitCode = 3;")).rejects.toThrow(
      'ours exited with code 3 and wrote no report: no such model',
    );
  });

  it('that does not end is ended', async () => {
    await expect(performed('setInterval(() => {}, 1_000);', { withinMs: 300 })).rejects.toThrow(
      'ours did not end within 0.3 seconds and wrote no report',
    );
  });

  it('whose report cannot be judged fails, with the reason', async () => {
    const read = (): never => {
      throw new Error('half a run');
    };
    await expect(performed("report('x');", { read })).rejects.toThrow(
      'the report of ours, which exited with code 0, cannot be judged: half a run',
    );
  });
});
