import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { openTokenEndpoint } from '#fixtures/upstreams/token-endpoint';

const proxyFolder = fileURLToPath(new URL('../', import.meta.url));

/** A process that holds the account of one auth file, waits for a line, then wants a good token and says which it got. */
const program = (path: string): string => `
  import { readFileSync } from 'node:fs';
  import { authCredential } from ${JSON.stringify(join(proxyFolder, 'credentials/auth-credential.ts'))};
  import { parseAuthFile } from ${JSON.stringify(join(proxyFolder, 'credentials/auth-file.ts'))};
  import { LiveCredentials } from ${JSON.stringify(join(proxyFolder, 'credentials/live-credentials.ts'))};
  import { loadFolders } from ${JSON.stringify(join(proxyFolder, 'discovery.ts'))};
  const path = ${JSON.stringify(path)};
  const providers = await loadFolders(new URL(${JSON.stringify(`file://${proxyFolder}providers/`)}));
  const file = parseAuthFile({ where: path, path }, JSON.parse(readFileSync(path, 'utf8'))).value;
  const config = { 'oauth-upstreams': {}, 'proxy-url': '' };
  const clock = { now: () => Date.parse('2026-11-20T12:00:00Z'), after: () => ({ restart: () => {}, stop: () => {} }) };
  const live = new LiveCredentials(providers, { clock, log: () => {} });
  live.use({ config, authFiles: [file] });
  process.stdout.write('ready\\n');
  process.stdin.once('data', async () => {
    const fresh = await live.fresh(authCredential(file, providers.get('qwen').oauth, config), new AbortController().signal);
    await live.close();
    process.stdout.write(fresh.secret + '\\n', () => process.exit(0));
  });`;

const start = (path: string) => {
  const child = spawn(process.execPath, ['--import', 'tsx', '-C', 'wireproof-source', '--input-type=module', '-e', program(path)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
  return { next: async () => String((await lines.next()).value).trim(), go: () => child.stdin.write('go\n') };
};

it('two processes with one auth file renew its token once, and both have the new one', async () => {
  const endpoint = await openTokenEndpoint({ refreshToken: 'refresh-0' });
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-processes-'));
  try {
    const path = join(folder, 'a.json');
    const tree = { type: 'qwen', access_token: 'access-0', refresh_token: 'refresh-0', expired: '2026-11-20T11:00:00Z', odd: 1 };
    writeFileSync(path, JSON.stringify({ ...tree, token_url: endpoint.url }));
    const processes = [start(path), start(path)];
    expect(await Promise.all(processes.map(({ next }) => next()))).toEqual(['ready', 'ready']);
    const release = endpoint.hold();
    for (const { go } of processes) go();
    await endpoint.arrived(1);
    release();
    expect(await Promise.all(processes.map(({ next }) => next()))).toEqual(['access-1', 'access-1']);
    expect(endpoint.calls).toHaveLength(1);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ access_token: 'access-1', refresh_token: 'refresh-1', odd: 1 });
    expect(readdirSync(folder)).toEqual(['a.json']);
  } finally {
    rmSync(folder, { recursive: true });
    await endpoint.close();
  }
});
