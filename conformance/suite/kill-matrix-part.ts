import { runPart, type Extent } from './whole-kill-matrix.ts';

/** Runs one part of the kill matrix (`extent part of`) and tells the process that started it which checks each killer made deviate. */

const [extent, ...numbers] = process.argv.slice(2);
const [part, of] = numbers.map(Number);
if (extent === undefined || part === undefined || of === undefined || process.send === undefined)
  throw new Error('this program is started by whole-kill-matrix.ts');
const { kills } = await runPart(JSON.parse(extent) as Extent, part, of);
process.send(
  [...kills].map(([id, checks]) => [id, [...checks]]),
  () => process.disconnect(),
);
