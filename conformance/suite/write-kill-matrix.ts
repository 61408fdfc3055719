import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { harmless, renderKillMatrix, survivors } from '../miniatures/kill-matrix.ts';
import { loadScenarios } from '#scenarios/catalogue';

import { allKillers, killMatrixFile, runMatrix } from './whole-kill-matrix.ts';

/**
 * Writes docs/kill-matrix.md from a run of the whole matrix, some minutes per core and hundred killers. With --new, only what it says nothing of
 * is run: killers and scenarios that it does not list. `--changed ID` has a killer or a scenario run again, too.
 */
const { values } = parseArgs({ options: { new: { type: 'boolean' }, changed: { type: 'string', multiple: true } } });
const { changed = [] } = values;
const known = new Set([...(await allKillers()), ...(await loadScenarios())].map(({ id }) => id));
const unknown = changed.filter((id) => !known.has(id));
if (unknown.length > 0) throw new Error(`--changed: expected ids of killers and scenarios, got ${unknown.join(', ')}`);

const matrix = await runMatrix(values.new === true || changed.length > 0 ? { changed } : 'whole', (done, of) => {
  if (done % 10 === 0 || done === of) process.stderr.write(`${done} of ${of} killers\n`);
});
writeFileSync(killMatrixFile, renderKillMatrix(matrix));
const lines = [
  `${matrix.checks.length} expectations, ${matrix.killers.length} defects and switched-off remedies`,
  ...survivors(matrix).map((check) => `survivor: nothing makes ${check} fail`),
  ...harmless(matrix).map((id) => `harmless: no expectation notices ${id}`),
];
process.stdout.write(`${lines.join('\n')}\n`);
