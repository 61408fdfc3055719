import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadScenarios } from '#scenarios/catalogue';

import type { Report } from '../../engine/records.ts';
import { referenceTarget } from '../../targets/reference-proxy.ts';
import { differences, runThrice } from './three-runs.ts';

/**
 * The whole suite three times, with every verdict compared (issue 9): npx tsx --conditions=wireproof-source
 * conformance/suite/recorded-run/whole-suite-program.ts. Ends in 1 when one differs, or none was compared.
 */
const seed = 7;

const bytesIn = async (directory: string): Promise<number> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries.map(async (entry) => (entry.isFile() ? (await stat(join(entry.parentPath, entry.name))).size : 0)),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};

const room = await mkdtemp(join(tmpdir(), 'wireproof-recorded-suite-'));
try {
  const [scenarios, target] = await Promise.all([loadScenarios(), referenceTarget()]);
  const directory = join(room, 'run');
  const { plain, recording, replay, manifest } = await runThrice({ scenarios, target, seed, directory, now: Date.now });
  const compared = [
    ['plain | recording', differences(plain, recording)],
    ['plain | replay', differences(plain, replay)],
    ['recording | replay', differences(recording, replay)],
  ] as const;
  const seconds = ({ run }: Report): string => (run.durationMs / 1000).toFixed(1);
  const megabytes = ((await bytesIn(directory)) / 1_000_000).toFixed(1);
  const lines = [
    `${plain.results.length} cells, ${plain.summary.checks} checks, ${manifest.recordings} recordings, ${megabytes} MB, ${manifest.notSaved.length} not saved`,
    `seconds: plain ${seconds(plain)}, recording ${seconds(recording)}, replay ${seconds(replay)}`,
    ...compared.flatMap(([which, { compared: many, found }]) => [
      `${which}: ${many} verdicts compared, ${found.length} differ`,
      ...found.map((line) => `  ${line}`),
    ]),
    '',
  ];
  process.stdout.write(lines.join('\n'));
  process.exitCode = compared.some(([, { compared: many, found }]) => many === 0 || found.length > 0) ? 1 : 0;
} finally {
  await rm(room, { recursive: true, force: true });
}
