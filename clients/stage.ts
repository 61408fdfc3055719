import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { referenceClientKey } from '../conformance/targets/reference-config.ts';
import { referenceTarget } from '../conformance/targets/reference-proxy.ts';
import { cleaner } from './brief.ts';
import { type Case, type CaseId, cases, readerHasWithinMs } from './cases.ts';
import type { Aim, Client, Place } from './client.ts';
import { proofText, type Proof } from './model/choose-tool.ts';
import { answers } from './model/plays.ts';
import { type Facts, wasStillRunning } from './outcome.ts';
import { type Recorded, recordOf } from './record.ts';
import { type Ran, runProgram } from './run-program.ts';
import { guardEnvironment } from './sandbox/network.ts';
import { endProcesses, otherProcesses, programName } from './sandbox/processes.ts';
import { startTap, type Tap } from './tap/tap.ts';

/** What a client runs in: made by `main.ts`, used by `inside.ts`. */
export interface Stage {
  readonly client: Client;
  readonly place: Place;
  /** Homes are made and removed here. */
  readonly scratchDir: string;
  /** Search path for programs; nothing else of our environment is handed on, so that no real key can be. */
  readonly path: string;
  /** The names asked so far; absent where there is no name server of ours. */
  readonly namesAsked?: () => readonly string[];
  readonly ran: Recorded['ran'];
  /** In a namespace of ours every other process is the client's. */
  readonly isolated: boolean;
}

/** For the last receipts, once the client has ended. */
const settleMs = 1_000;

const wrongKey = 'wireproof-key-that-nobody-knows';

/** The same for the same client and case, so that what is recorded stays the same. */
const tokenOf = (client: string, id: CaseId): string => `wpt_${createHash('sha256').update(`${client} ${id}`).digest('hex').slice(0, 16)}`;

const environmentOf = ({ client, path, isolated }: Stage, aim: Aim): Readonly<Record<string, string>> => ({
  PATH: path,
  HOME: aim.home,
  TMPDIR: join(aim.home, 'tmp'),
  XDG_CONFIG_HOME: join(aim.home, '.config'),
  XDG_CACHE_HOME: join(aim.home, '.cache'),
  XDG_DATA_HOME: join(aim.home, '.local', 'share'),
  XDG_STATE_HOME: join(aim.home, '.local', 'state'),
  LANG: 'C.UTF-8',
  SHELL: '/bin/bash',
  TERM: 'dumb',
  NO_COLOR: '1',
  ...(isolated ? {} : guardEnvironment(join(aim.home, 'left.log'))),
  ...client.env(aim),
});

const furnish = async (client: Client, aim: Aim): Promise<string> => {
  const work = join(aim.home, 'work');
  for (const folder of [work, join(aim.home, 'tmp')]) await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(client.files?.(aim) ?? {})) {
    await mkdir(dirname(join(aim.home, file)), { recursive: true });
    await writeFile(join(aim.home, file), text);
  }
  return work;
};

interface Scene {
  readonly id: CaseId;
  readonly token: string;
  readonly proof: Proof;
  readonly upstream: MockUpstream;
  readonly tap: Tap;
}

const quoted = (argument: string): string =>
  /^[\w./:=@,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;

const typed = (client: Client, aim: Aim): string => [client.bin, ...client.args(aim)].map(quoted).join(' ');

interface Outlived {
  readonly ran: Ran;
  readonly leftBehind: readonly string[];
}

/** Runs the client, and ends what it left running outside of its process group. */
const runAlone = async (stage: Stage, run: () => Promise<Ran>): Promise<Outlived> => {
  const before = new Set(otherProcesses());
  const ran = await run();
  if (!stage.isolated) return { ran, leftBehind: [] };
  const left = otherProcesses().filter((pid) => !before.has(pid));
  const leftBehind = left.flatMap((pid) => programName(pid) ?? []);
  endProcesses(left);
  return { ran, leftBehind };
};

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const aimAt = ({ id, token, tap }: Scene, model: string, home: string): Aim => {
  const { prompt, keyIsWrong = false, streams = false } = cases[id];
  return { url: tap.url, key: keyIsWrong ? wrongKey : referenceClientKey, model, prompt: `${prompt} (${token})`, streams, home };
};

const guardedNames = async (home: string): Promise<readonly string[]> =>
  (await readFile(join(home, 'left.log'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

const play = async (stage: Stage, scene: Scene, spec: Case, model: string, cameBack: () => boolean): Promise<Recorded> => {
  const { id, token, proof, upstream, tap } = scene;
  const { client, place } = stage;
  const home = await mkdtemp(join(stage.scratchDir, `${client.id}-`));
  try {
    const aim = aimAt(scene, model, home);
    const cwd = await furnish(client, aim);
    const command = [...client.command(place), ...client.args(aim)];
    const namesBefore = stage.namesAsked?.().length ?? 0;
    const onOutput = (chunk: Buffer): void => upstream.callerSaw(token, chunk);
    const run = { command, env: environmentOf(stage, aim), cwd, withinMs: spec.withinMs, onOutput };
    const { ran, leftBehind } = await runAlone(stage, () => runProgram(run));
    await upstream.settled(token, settleMs).catch(() => undefined);
    const facts: Facts = {
      case: id,
      ended: ran.ended ?? wasStillRunning(spec.withinMs / 1_000),
      output: ran.output,
      seen: tap.seen(),
      token,
      receipts: upstream.calls(token).flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt])),
      proofIsThere: (await readFile(join(cwd, proof.file), 'utf8').catch(() => '')).includes(proofText(proof)),
      resultCameBack: cameBack(),
      namesAsked: stage.namesAsked?.().slice(namesBefore) ?? (await guardedNames(home)),
      leftBehind,
    };
    const clean = cleaner({ [referenceClientKey]: '<key>', [wrongKey]: '<wrong key>', [home]: '<home>', [place.folder]: '<package>' });
    return recordOf(facts, { ran: stage.ran, client, model, command: typed(client, aim), ms: ran.ms }, clean);
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** Runs one case of one client against a reference proxy and mocked upstreams of its own. */
export const perform = async (stage: Stage, id: CaseId): Promise<Recorded> => {
  const { client } = stage;
  if (!(await exists(stage.place.folder))) throw new Error(`${client.package} is not installed`);
  const token = tokenOf(client.id, id);
  const proof: Proof = { file: 'proof.txt', halves: ['proof', token.slice(4, 12)] };
  const { script, resultCameBack } = cases[id].play(proof);
  const upstream = await startMockUpstream({ otherwise: answers().script, callerHasWithinMs: readerHasWithinMs });
  const target = await referenceTarget();
  const proxy = await target.start({ remediesOff: [], config: {} }, upstream);
  const tap = await startTap(proxy.url);
  upstream.script(token, script);
  const model = target.profile.models[client.surface] ?? '';
  try {
    return await play(stage, { id, token, proof, upstream, tap }, cases[id], model, resultCameBack);
  } finally {
    await tap.close();
    await proxy.stop();
    await upstream.close();
  }
};
