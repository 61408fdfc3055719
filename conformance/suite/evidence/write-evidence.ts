import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { loadCatalogue } from '../../engine/load-scenarios.ts';
import { runSuite } from '../../engine/run.ts';
import { loadTarget } from '../../targets/file-target.ts';
import { targetFileKeys, targetFileSchema } from '../../targets/target-file-schema.ts';
import { checkYaml, readYaml } from '../../yaml-file.ts';
import { readFindings } from './findings.ts';
import { observedChecks } from './observed-check.ts';
import { evidencePage } from './page.ts';
import { writtenBaseline } from './written-baseline.ts';

/** Runs the suite against released gateways, and writes for each its evidence page and its baseline. Names come as arguments; all by default. */

const root = new URL('../../../', import.meta.url);
const place = (path: string): string => fileURLToPath(new URL(path, root));
const seed = 1;
/** Where packages are installed: stack traces of gateways name it. */
const cacheDir = resolve(process.env['WIREPROOF_CACHE'] ?? place('.cache/targets'));

const writeFormatted = async (path: string, text: string): Promise<void> => {
  const options = await resolveConfig(path);
  writeFileSync(path, await format(text, { ...options, filepath: path }));
};

const specOf = async (target: string): Promise<string> => {
  const kind = { what: 'a target file', code: 'target-file-invalid', keys: targetFileKeys } as const;
  return checkYaml(await readYaml(place(`targets/${target}.yaml`), kind), targetFileSchema, kind).start?.npm ?? target;
};

const write = async (target: string): Promise<void> => {
  const findings = await readFindings(place(`targets/findings/${target}.yaml`));
  const loaded = await loadTarget(place(`targets/${target}.yaml`), { env: process.env, cwd: place('.') });
  const scenarios = await loadCatalogue();
  const report = await runSuite({ scenarios, target: loaded, seed, runId: 'evidence', concurrency: 1, keepTrace: true });
  const checks = observedChecks(report, scenarios);
  const about = { target, spec: await specOf(target), findings, report, checks, seed, node: process.version };
  mkdirSync(place('targets/baselines'), { recursive: true });
  const page = evidencePage({ ...about, day: report.run.startedAt.slice(0, 10) });
  writeFileSync(place(`docs/evidence/${target}.md`), page.replaceAll(cacheDir, '…'));
  const baseline = writtenBaseline(checks, { target, findings, page: `../../docs/evidence/${target}.md` });
  await writeFormatted(place(`targets/baselines/${target}.yaml`), baseline);
  process.stdout.write(`${target}: ${JSON.stringify(report.summary)}\n`);
};

const asked = process.argv.slice(2);
for (const target of asked.length > 0 ? asked : ['portkey', 'llms', 'claude-code-router']) await write(target);
