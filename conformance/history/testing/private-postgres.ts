/** A PostgreSQL of one test file: its own folder, its own socket, nobody else's port. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folders = ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin', '/usr/lib/postgresql/17/bin', '/usr/lib/postgresql/18/bin'];
const startsWithinMs = 20_000;

export interface PrivatePostgres {
  /** `postgres://` URL of a new, empty database. */
  readonly newDatabase: () => Promise<string>;
  /** As a server does that is shut down in a hurry; what was committed stays. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Stops it and removes its folder. */
  readonly remove: () => Promise<void>;
}

const binaries = (): string | undefined => folders.find((folder) => existsSync(join(folder, 'initdb')));

/** The server refuses to run as root. */
const asOwner = (program: string, args: readonly string[]): readonly [string, readonly string[]] =>
  process.getuid?.() === 0 ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, args];

const serve = async (bin: string, folder: string): Promise<ChildProcess> => {
  const data = join(folder, 'data');
  const settings = ['listen_addresses=', 'fsync=off', 'max_connections=60', 'shared_buffers=16MB'].flatMap((setting) => ['-c', setting]);
  const [command, args] = asOwner(join(bin, 'postgres'), ['-D', data, '-k', folder, ...settings]);
  const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`PostgreSQL was not ready in ${startsWithinMs} ms: ${said}`)), startsWithinMs);
    const ended = (): void => reject(new Error(`PostgreSQL ended: ${said}`));
    server.once('exit', ended);
    server.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
      if (!said.includes('ready to accept connections')) return;
      clearTimeout(late);
      server.off('exit', ended);
      resolve();
    });
  });
  return server;
};

const ended = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    // SIGINT: fast shutdown. runuser hands it on only when it is asked with SIGTERM, which waits for clients: pg_ctl asks the server itself.
  });
};

const startPostgres = async (bin: string): Promise<PrivatePostgres> => {
  const folder = await mkdtemp(join(tmpdir(), 'wireproof-pg-'));
  await chmod(folder, 0o777);
  const data = join(folder, 'data');
  const [initdb, initArgs] = asOwner(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8']);
  await run(initdb, [...initArgs]);
  let server: ChildProcess | undefined = await serve(bin, folder);
  let databases = 0;
  const stop = async (): Promise<void> => {
    if (server === undefined) return;
    const gone = ended(server);
    const [ctl, ctlArgs] = asOwner(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', '-W', 'stop']);
    await run(ctl, [...ctlArgs]);
    await gone;
    server = undefined;
  };
  return {
    newDatabase: async () => {
      databases += 1;
      const name = `history_${databases}`;
      const [createdb, createArgs] = asOwner(join(bin, 'createdb'), ['-h', folder, '-U', 'postgres', name]);
      await run(createdb, [...createArgs]);
      return `postgres://postgres@localhost/${name}?host=${encodeURIComponent(folder)}`;
    },
    stop,
    start: async () => {
      server ??= await serve(bin, folder);
    },
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/**
 * Starts one. Where there is no PostgreSQL, says so on stderr and answers `undefined`; with CI or REQUIRE_POSTGRES set, that is an error:
 * nobody shall believe that something was tested which was not.
 */
export const privatePostgres = async (): Promise<PrivatePostgres | undefined> => {
  const bin = binaries();
  if (bin !== undefined) return startPostgres(bin);
  const reason = `no PostgreSQL in ${folders.join(', ')}: what needs one is not tested (Debian: apt-get install postgresql)`;
  if ((process.env['CI'] ?? '') !== '' || (process.env['REQUIRE_POSTGRES'] ?? '') !== '') throw new Error(reason);
  process.stderr.write(`${reason}\n`);
  return undefined;
};
