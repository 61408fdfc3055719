import { runPart } from './whole-kill-matrix.ts';

/** Runs one part of the kill matrix (`part of`) and tells the process that started it which checks each killer made deviate. */

const [part, of] = process.argv.slice(2).map(Number);
if (part === undefined || of === undefined || process.send === undefined)
  throw new Error('this program is started by whole-kill-matrix.ts');
const { kills } = await runPart(part, of);
process.send(
  [...kills].map(([id, checks]) => [id, [...checks]]),
  () => process.disconnect(),
);
