import { writeFileSync } from 'node:fs';

import { harmless, renderKillMatrix, survivors } from '../miniatures/kill-matrix.ts';
import { killMatrixFile, runMatrix } from './whole-kill-matrix.ts';

/** Writes docs/kill-matrix.md from a run of the whole matrix. Some minutes per core and hundred killers. */
const matrix = await runMatrix('whole', (done, of) => {
  if (done % 10 === 0 || done === of) process.stderr.write(`${done} of ${of} killers\n`);
});
writeFileSync(killMatrixFile, renderKillMatrix(matrix));
const lines = [
  `${matrix.checks.length} expectations, ${matrix.killers.length} defects and switched-off remedies`,
  ...survivors(matrix).map((check) => `survivor: nothing makes ${check} fail`),
  ...harmless(matrix).map((id) => `harmless: no expectation notices ${id}`),
];
process.stdout.write(`${lines.join('\n')}\n`);
