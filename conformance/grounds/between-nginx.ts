import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Between } from '#scenarios/kit/grounds/between';

import { startChild, type Child } from '../targets/child-process.ts';
import { claimPort } from '../targets/free-port.ts';
import { upgradeLines } from './between-upgrade.ts';
import { CannotPrepare } from './cannot-prepare.ts';
import type { Middlebox } from './middlebox.ts';

/** An nginx of this machine. */
interface Nginx {
  readonly program: string;
  /** Such as `nginx/1.22.1`. */
  readonly version: string;
  /** Optional parts that it was built without: its configuration may not speak of them. */
  readonly without: ReadonlySet<string>;
}

/** Where systems keep it; often only an administrator's PATH looks there. */
const places = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/local/nginx/sbin'];
const answersWithinMs = 5_000;
const readyWithinMs = 10_000;
const lookEveryMs = 5;
const starts = 3;

const describe = (program: string): Promise<Nginx | undefined> =>
  new Promise((resolve) => {
    execFile(program, ['-V'], { timeout: answersWithinMs, killSignal: 'SIGKILL' }, (error, _stdout, stderr) => {
      const version = /nginx version: (\S+)/.exec(stderr)?.[1];
      if (error !== null || version === undefined) return resolve(undefined);
      resolve({ program, version, without: new Set([...stderr.matchAll(/--without-http_(\w+)_module/g)].map(([, name = '']) => name)) });
    });
  });

const look = async (): Promise<Nginx | undefined> => {
  for (const place of places) {
    const found = await describe(join(place, 'nginx'));
    if (found !== undefined) return found;
  }
  return undefined;
};

let looking: Promise<Nginx | undefined> | undefined;

/** The nginx of this machine, looked for once; `undefined` when it has none. */
export const findNginx = (): Promise<Nginx | undefined> => (looking ??= look());

const pidFile = (folder: string): string => join(folder, 'nginx.pid');

const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const temporaryPaths = (folder: string, without: Nginx['without']): readonly string[] =>
  temporaries.filter((name) => !without.has(name)).map((name) => `${name}_temp_path ${join(folder, name)};`);

const bufferingLines: Readonly<Record<Between['buffering'], readonly string[]>> = {
  always: ['proxy_buffering on;', 'proxy_ignore_headers X-Accel-Buffering;'],
  'unless-asked-not-to': ['proxy_buffering on;'],
  never: ['proxy_buffering off;'],
};

/**
 * A configuration of its own, which touches no file outside of the folder. The target is asked over HTTP/1.0, nginx's default, because
 * small events are not held back behind HTTP/1.1; an answer without a length then ends with its connection.
 */
export const nginxConfig = (
  { buffering, gzip, idleMs = 60_000, hidesLeaving, upgrades, elsewhere }: Between,
  { origin, port, folder, without }: { origin: string; port: number; folder: string; without: Nginx['without'] },
): string =>
  [
    'daemon off;',
    'master_process off;',
    'error_log stderr warn;',
    `pid ${pidFile(folder)};`,
    'events { worker_connections 512; }',
    'http {',
    'access_log off;',
    ...temporaryPaths(folder, without),
    'client_max_body_size 0;',
    `proxy_http_version ${upgrades === undefined ? '1.0' : '1.1'};`,
    ...upgradeLines(upgrades),
    'proxy_ssl_server_name on;',
    ...bufferingLines[buffering],
    `proxy_read_timeout ${idleMs}ms;`,
    `proxy_ignore_client_abort ${hidesLeaving === true ? 'on' : 'off'};`,
    ...(gzip === true ? ['gzip on;', 'gzip_proxied any;', 'gzip_types text/event-stream;', 'gzip_min_length 0;'] : ['gzip off;']),
    'server {',
    `listen 127.0.0.1:${port};`,
    `location / { proxy_pass ${origin}; }`,
    ...(elsewhere === undefined ? [] : [`location ${elsewhere.path} { default_type application/json; return 200 '${elsewhere.json}'; }`]),
    '}',
    '}',
    '',
  ].join('\n');

/**
 * nginx knows of no parent. A process of ours that is killed cannot end it, but its end of the pipe goes with it: then nginx and the folder
 * ($0) go too.
 */
const withUs = 'exec 3<&0; "$@" 3<&- & nginx=$!; { cat <&3 >/dev/null; kill "$nginx"; rm -rf "$0"; } & wait "$nginx"';

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const tell = (there: boolean): void => {
      socket.destroy();
      resolve(there);
    };
    socket.once('connect', () => tell(true)).once('error', () => tell(false));
  });

/**
 * Resolves when it accepts connections, and rejects with its last words when it has ended or does not get there. Whoever took its port
 * meanwhile accepts them too: it writes down its own number only when it has the port itself.
 */
const untilListening = async (child: Child, port: number, folder: string): Promise<void> => {
  let ended: string | undefined;
  const noteEnd = async (): Promise<void> => {
    ended = await child.ended;
  };
  const ending = noteEnd();
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline) {
    if (ended !== undefined) break;
    if (existsSync(pidFile(folder)) && (await accepts(port))) return;
    await Promise.race([pause(lookEveryMs), ending]);
  }
  throw new CannotPrepare(`nginx did not start, it ${ended ?? 'did not listen in time'}: ${child.output().trim().slice(-500)}`);
};

const startOnce = async (nginx: Nginx, origin: string, between: Between, port: number): Promise<Middlebox> => {
  const folder = await mkdtemp(join(tmpdir(), 'wireproof-nginx-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const config = join(folder, 'nginx.conf');
  await writeFile(config, nginxConfig(between, { origin, port, folder, without: nginx.without }));
  const command = ['/bin/sh', '-c', withUs, folder, nginx.program, '-p', folder, '-e', 'stderr', '-c', config];
  const child = startChild({ command, env: { PATH: '/usr/bin:/bin' }, cwd: folder, holdsInput: true });
  const stop = async (): Promise<void> => {
    await child.stop();
    await remove();
  };
  try {
    await untilListening(child, port, folder);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, what: nginx.version, stop };
};

/**
 * An nginx in front of the origin, from a folder of its own that goes with it.
 * @param freePort gives another one each time
 * @throws CannotPrepare with nginx's last words
 */
export const startNginx = async (
  nginx: Nginx,
  origin: string,
  between: Between,
  freePort: () => Promise<number> = () => claimPort(0),
): Promise<Middlebox> => {
  for (let left = starts; ; left -= 1) {
    try {
      return await startOnce(nginx, origin, between, await freePort());
    } catch (error) {
      // Between our look for a free port and its start somebody else may have taken it.
      if (left <= 1 || !(error instanceof CannotPrepare) || !/address already in use/i.test(error.message)) throw error;
    }
  }
};
