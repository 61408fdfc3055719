import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passes } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** What is there of a program after its end. All empty, and ended by itself, where it cleaned up. */
export interface LeftBehind {
  readonly code: number | null;
  /** The last that it said on standard output. */
  readonly lastLine: string;
  /** Listeners, children, timers and sockets that its main thread still held when all work was done; none when it ended by itself. */
  readonly open: readonly string[];
  /** Commands of processes that it started, itself or through others, and that still run. */
  readonly running: readonly string[];
  /** What is in its temporary directory, and what carries its process id in the memory disk. */
  readonly files: readonly string[];
  readonly mounts: readonly string[];
}

const memoryDisk = '/dev/shm';
/** A watchman may take a moment to see that its program has ended. A bound and no threshold. */
const graceMs = 2_000;

/**
 * Only a main thread that holds nothing any more gets as far as `beforeExit`; one that is ended by force, because something of it would
 * have kept it alive, has that in its list.
 */
const reportAtEnd = (file: string): string => `
  import { writeFileSync } from 'node:fs';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) {
    let byItself = false;
    process.on('beforeExit', () => (byItself = true));
    process.on('exit', () => {
      const open = byItself ? [] : ['ended by force', ...process.getActiveResourcesInfo()];
      writeFileSync(${JSON.stringify(file)}, JSON.stringify(open));
    });
  }`;

const orNone = (read: () => string): string => {
  try {
    return read();
  } catch {
    return ''; // it has ended, or is somebody else's
  }
};

/** State and session are the first and the fourth field behind a name in brackets that may hold anything. */
const statOf = (pid: string): readonly string[] => {
  const text = orNone(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

/** What tells the processes of a program from all others: the session that it leads, and the directory that it was given. */
interface Marks {
  readonly session: number;
  readonly directory: string;
}

/** Of its session; or of a session of its own, and given the directory in its environment or as an argument. */
const belongs = (pid: string, { session, directory }: Marks): boolean => {
  const [state = '', , , itsSession] = statOf(pid);
  if (state === '' || 'ZX'.includes(state)) return false;
  const given = ['environ', 'cmdline'].some((file) => orNone(() => readFileSync(`/proc/${pid}/${file}`, 'utf8')).includes(directory));
  return given || Number(itsSession) === session;
};

const commandOf = (pid: string): string =>
  orNone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    .split('\0')
    .join(' ')
    .trim();

const runningOf = (marks: Marks): readonly string[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && belongs(name, marks));

const stillRunning = async (marks: Marks): Promise<readonly string[]> => {
  const until = Date.now() + graceMs;
  let found = runningOf(marks);
  while (found.length > 0 && Date.now() < until) {
    await passes(50);
    found = runningOf(marks);
  }
  return found;
};

/** Ends what would else stay behind on this machine; nothing but what carries the marks. */
const endAll = (pids: readonly string[], marks: Marks): void => {
  for (const pid of pids) if (belongs(pid, marks)) process.kill(Number(pid), 'SIGKILL');
};

/** Leads a session of its own. Kernel threads and the parents of containers are of session 0, and nobody may be taken for one of those. */
const marksOf = (child: ChildProcess, directory: string): Marks => {
  if (child.pid === undefined) throw new Error('the program could not be started');
  return { session: child.pid, directory };
};

const below = (directory: string): readonly string[] => readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();

/** Names in the memory disk that carry the process id. */
const inMemory = (pid: number): readonly string[] => {
  const ofPid = new RegExp(String.raw`^wireproof-.*\b${pid}\b`);
  return orNone(() => readdirSync(memoryDisk).join('\n'))
    .split('\n')
    .filter((name) => ofPid.test(name))
    .map((name) => join(memoryDisk, name));
};

const mountsOf = (places: readonly string[]): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ', 5).slice(4))
    .filter((mounted) => places.some((place) => mounted.startsWith(place)));

interface Place {
  readonly folder: string;
  readonly directory: string;
  readonly report: string;
  readonly preload: string;
}

const newPlace = (): Place => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wireproof-left-')));
  const [directory, report, preload] = [join(folder, 'tmp'), join(folder, 'open.json'), join(folder, 'report.mjs')];
  mkdirSync(directory);
  writeFileSync(preload, reportAtEnd(report));
  return { folder, directory, report, preload };
};

const start = ({ directory, preload }: Place, args: readonly string[]) =>
  spawn(process.execPath, ['--import', pathToFileURL(preload).href, ...args], {
    detached: true,
    env: { ...process.env, TMPDIR: directory, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });

const run = async (place: Place, args: readonly string[]): Promise<LeftBehind> => {
  const child = start(place, args);
  const marks = marksOf(child, place.directory);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2_000)));
  const closed = once(child, 'close');
  const [code] = (await once(child, 'exit')) as [number | null];
  const running = await stillRunning(marks);
  const commands = running.map(commandOf);
  endAll(running, marks);
  await closed;
  const disks = inMemory(marks.session);
  return {
    code,
    lastLine: said.trimEnd().split('\n').at(-1) ?? '',
    open: JSON.parse(readFileSync(place.report, 'utf8')) as readonly string[],
    running: commands,
    files: [...below(place.directory), ...disks],
    mounts: mountsOf([place.folder, ...disks]),
  };
};

/** Runs `node …args` in a session of its own, with a temporary directory of its own, to its end. Linux only: it looks into /proc. */
export const leftBehindBy = async (args: readonly string[]): Promise<LeftBehind> => {
  const place = newPlace();
  try {
    return await run(place, args);
  } finally {
    rmSync(place.folder, { recursive: true, force: true });
  }
};
