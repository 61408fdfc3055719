import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { startMockUpstream } from '#fixtures/upstreams/serve';

import { Children } from '../children.ts';
import { surroundings } from '../machine.ts';
import { conclude } from './conclude.ts';
import type { Ledger } from './conclude.ts';
import { residentMiB } from './memory.ts';
import type { Sample } from './memory.ts';
import { soakDocument } from './document.ts';
import { plot } from './plot.ts';
import { managementKey, writeAuthFiles, writeConfig } from './setting.ts';
import { newTally, sendOne } from './traffic.ts';

/** Runs the reference proxy for an hour under mixed faulty traffic, and compares what all sides have counted (issue 4). */

const usage = `npm run soak -- [flags]

  --minutes N       how long (default 60)
  --concurrency N   requests at a time (default 12)
  --rate N          requests per second, at most (default 40)
  --write           write docs/soak.md and its plot
  --no-build        run dist/ as it is

Everything stays on this machine. Exit codes: 0 flat memory and exact counts, 1 not, 2 usage.
`;

const root = fileURLToPath(new URL('../..', import.meta.url));
const err = (text: string): void => void process.stderr.write(`${text}\n`);

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      concurrency: { type: 'string', default: '12' },
      rate: { type: 'string', default: '40' },
      write: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const number = (name: 'minutes' | 'concurrency' | 'rate', most: number): number => {
    const value = Number(values[name]);
    if (!(value > 0 && value <= most)) throw new Error(`--${name}: expected a number above 0, at most ${most}, got ${values[name]}`);
    return value;
  };
  return { ...values, minutes: number('minutes', 1_440), concurrency: number('concurrency', 200), rate: number('rate', 2_000) };
};

const children = new Children();
const folder = mkdtempSync(join(tmpdir(), 'wireproof-soak-'));
process.on('exit', () => {
  children.killAll();
  rmSync(folder, { recursive: true, force: true });
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(1));

const build = (): void => {
  if (spawnSync(process.execPath, [join(root, 'tools', 'build.mjs')], { stdio: 'inherit' }).status !== 0)
    throw new Error('the build failed');
};

const usageOf = async (url: string): Promise<Ledger> => {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${managementKey}` } });
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
  return (await answer.json()) as Ledger;
};

interface Running {
  readonly url: string;
  readonly pid: number;
  /** The exit code. */
  readonly ended: Promise<number>;
  /** What it should not have printed. */
  readonly alarms: readonly string[];
}

/** Starts the proxy as its users do; resolves with its address and process id. */
const startProxy = async (configPath: string): Promise<Running> => {
  const alarms: string[] = [];
  let listening: (url: string) => void = () => undefined;
  const started = new Promise<string>((resolve) => (listening = resolve));
  let rest = '';
  const program = children.start({
    command: ['node', join(root, 'dist', 'proxy', 'main.js'), configPath],
    env: { PATH: process.env.PATH ?? '' },
    onOutput: (piece) => {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('{')) {
          alarms.push(line.slice(0, 300));
          continue;
        }
        const { level, event, url, message } = JSON.parse(line) as Record<string, unknown>;
        if (event === 'listening') listening(String(url));
        if (level === 'error') alarms.push(`${String(event)}: ${String(message)}`.slice(0, 300));
      }
    },
  });
  const early = program.ended.then((code) => {
    throw new Error(`the proxy ended with code ${code}: ${program.lastWords()}`);
  });
  early.catch(() => undefined);
  return { url: await Promise.race([started, early]), pid: program.pid, ended: program.ended, alarms };
};

const run = async (): Promise<number> => {
  const { minutes, concurrency, rate, write, 'no-build': isBuilt, help } = readArguments();
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  if (!isBuilt) build();
  // Before anything is written: what a run leaves behind is no change of what ran.
  const about = surroundings(root);
  const upstream = await startMockUpstream();
  writeAuthFiles(folder, upstream.baseUrl);
  let written = 0;
  let inForce = 0;
  const proxy = await startProxy(writeConfig(folder, upstream.baseUrl, 0));
  const tally = newTally();
  const samples: Sample[] = [];
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  const over = (): boolean => seconds() >= minutes * 60;
  const sample = (): void => {
    const files = readdirSync(`/proc/${proxy.pid}/fd`).length;
    samples.push({ at: seconds(), rss: residentMiB(proxy.pid), files, sent: tally.sent });
  };

  let next = 0;
  const worker = async (): Promise<void> => {
    while (!over()) {
      const n = next++;
      const early = n / rate - seconds();
      if (early > 0) await pause(early * 1_000);
      await sendOne({ proxyUrl: proxy.url, upstream, generation: () => inForce, tally }, n);
    }
  };
  const watch = async (): Promise<void> => {
    let told = 0;
    while (!over()) {
      sample();
      if (seconds() - told >= 60) {
        told = seconds();
        err(
          `${Math.round(told / 60)} min: ${tally.sent} requests, ${samples.at(-1)?.rss.toFixed(0)} MiB, ${tally.surprises.length} surprises`,
        );
      }
      await pause(Math.min(5_000, minutes * 6_000));
    }
  };
  /** A new key is used once the proxy says that it has it; the one before it is valid for one generation more. */
  const rotate = async (): Promise<void> => {
    while (!over()) {
      await pause(Math.min(20_000, minutes * 10_000));
      written += 1;
      writeConfig(folder, upstream.baseUrl, written);
      for (let tries = 0; tries < 100; tries += 1) {
        const answer = (await (await fetch(`${proxy.url}/health`)).json()) as { readonly config?: { readonly revision?: number } };
        if ((answer.config?.revision ?? 0) > written) break;
        await pause(100);
      }
      inForce = written;
    }
  };
  await Promise.all([watch(), rotate(), ...Array.from({ length: concurrency }, worker)]);
  sample();
  await pause(1_000);
  const ledger = await usageOf(`${proxy.url}/v0/management/usage`);
  process.kill(proxy.pid, 'SIGTERM');
  const exitCode = await proxy.ended;
  await upstream.close();
  const result = conclude({ tally, ledger, samples, alarms: proxy.alarms, rotations: inForce, minutes: seconds() / 60, exitCode });
  process.stdout.write(`${result.lines.join('\n')}\n`);
  if (write) {
    mkdirSync(join(root, 'docs', 'images'), { recursive: true });
    writeFileSync(join(root, 'docs', 'images', 'soak-memory.svg'), plot(samples));
    const command = `npm run soak -- --minutes ${minutes} --concurrency ${concurrency} --rate ${rate} --write`;
    writeFileSync(join(root, 'docs', 'soak.md'), soakDocument({ result, tally, command, surroundings: about }));
  }
  return result.good ? 0 : 1;
};

try {
  process.exitCode = await run();
} catch (error) {
  err(`${(error as Error).message}\n\n${usage}`);
  process.exitCode = 2;
}
