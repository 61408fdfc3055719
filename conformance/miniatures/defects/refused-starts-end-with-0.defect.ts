import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'refused-starts-end-with-0',
  about: 'a start that is refused ends with exit code 0, so that supervisors and pipelines take it for a success',
  seenIn: 'sheet X1: every refusal returns from main; CPA#1715, CPA#2450',
  program: around('run({ code: () => 0 });'),
});
