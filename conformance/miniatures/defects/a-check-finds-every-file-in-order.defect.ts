import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'a-check-finds-every-file-in-order',
  about: 'the check of the configuration passes files with which no start succeeds',
  seenIn: 'sheet X1 (d): a check must find what a start finds',
  program: around(`
if (checks) console.log('in order');
else run();
`),
});
