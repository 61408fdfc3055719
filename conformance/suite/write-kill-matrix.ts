import { writeFileSync } from 'node:fs';

import { harmless, renderKillMatrix, survivors } from '../miniatures/kill-matrix.ts';
import { killMatrixFile, runWholeKillMatrix } from './whole-kill-matrix.ts';

/** Writes docs/kill-matrix.md from a run of the whole matrix. */
const matrix = await runWholeKillMatrix();
writeFileSync(killMatrixFile, renderKillMatrix(matrix));
const lines = [
  `${matrix.checks.length} expectations, ${matrix.killers.length} defects and switched-off remedies`,
  ...survivors(matrix).map((check) => `survivor: nothing makes ${check} fail`),
  ...harmless(matrix).map((id) => `harmless: no expectation notices ${id}`),
];
process.stdout.write(`${lines.join('\n')}\n`);
