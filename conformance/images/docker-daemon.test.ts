import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { dockerHere } from './docker-daemon.ts';

const signal = AbortSignal.timeout(20_000);

it('tells of a daemon that answers at its socket, and of none when there is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-docker-'));
  const socket = join(folder, 'docker.sock');
  const daemon = createServer((request, response) => {
    response.writeHead(request.url === '/_ping' ? 200 : 404, { 'api-version': '1.47' }).end('OK');
  });
  try {
    await new Promise<void>((listening) => daemon.listen(socket, listening));
    expect(await dockerHere(signal, socket)).toBe('a daemon answers (API 1.47), and was not used');
    expect(await dockerHere(signal, join(folder, 'nobody.sock'))).toBe('none: nobody answers at its socket');
  } finally {
    daemon.closeAllConnections();
    await new Promise((closed) => daemon.close(closed));
    rmSync(folder, { recursive: true });
  }
});
