import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How clients are kept from the network. */
export interface Network {
  readonly kind: 'namespace' | 'guard';
  /** For the page. */
  readonly about: string;
  /** Comes before the command that is to run inside. */
  readonly wrap: readonly string[];
}

/**
 * Loopback is up, names are asked of this machine, and what is left of a client ends with the first process of the namespace. The file
 * that names the name server is replaced in the namespace's own view of the file system only.
 */
const setUp = [
  '{ ip link set lo up || ifconfig lo up; }',
  'servers=$(mktemp) && echo "nameserver 127.0.0.1" > "$servers" && mount --bind "$servers" /etc/resolv.conf',
  'rm -f "$servers"',
  'exec "$@"',
].join(' && ');

const namespace = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const inside = ['sh', '-c', setUp, 'sh'];

const works = (command: readonly string[]): boolean => {
  const [program = '', ...args] = command;
  return spawnSync(program, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
};

const guard = fileURLToPath(new URL('../../interop/guard/loopback-only.mjs', import.meta.url));

/** Also without root where the system lets anybody make a namespace. Elsewhere the guard, which only what Node runs obeys. */
export const networkHere = (): Network => {
  const ways = [namespace, [...namespace, '--map-root-user']].map((way) => [...way, '--', ...inside]);
  const wrap = ways.find((way) => works([...way, 'true']));
  if (wrap !== undefined) {
    const about = 'a network namespace with nothing but loopback, whose name server knows no name';
    return { kind: 'namespace', about, wrap };
  }
  const about =
    'no namespace was possible here: a proxy setting that leads nowhere, and a module that lets Node connect to this machine only';
  return { kind: 'guard', about, wrap: [] };
};

/** What a client's environment says in the second case. */
export const guardEnvironment = (log: string): Readonly<Record<string, string>> => ({
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
  no_proxy: '127.0.0.1,localhost',
  NODE_OPTIONS: `--import=${guard}`,
  WIREPROOF_GUARD_LOG: log,
  WIREPROOF_GUARD_PROGRAMS: 'allowed',
});
