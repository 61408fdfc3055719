import { createServer, type AddressInfo, type Socket } from 'node:net';

import { expect, it } from 'vitest';

import { startChild } from './child-process.ts';

it('what a program leaves behind in its group is ended with it, also when the program itself leaves at once', async () => {
  const lives = createServer();
  const life = new Promise<Socket>((resolve) => lives.once('connection', resolve));
  await new Promise<void>((ready) => lives.listen(0, '127.0.0.1', ready));
  try {
    const { port } = lives.address() as AddressInfo;
    const deaf = `process.on('SIGTERM', () => undefined); require('node:net').connect(${port}, '127.0.0.1');`;
    const script = `
      require('node:child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(deaf)}], { stdio: 'ignore' });
      process.on('SIGTERM', () => process.exit(0));
    `;
    const child = startChild({ command: [process.execPath, '--eval', script], env: {} });
    const socket = await life;
    await child.stop();
    expect(await child.ended).toBe('exited with code 0');
    if (!socket.closed)
      await new Promise((gone) =>
        socket
          .once('close', gone)
          .on('error', () => undefined)
          .resume(),
      );
  } finally {
    await new Promise((closed) => lives.close(closed));
  }
});
