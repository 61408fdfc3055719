import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'it-is-ended-by-the-signal',
  about: 'SIGTERM ends the process in the middle of what it does, with an exit code that means a failure',
  seenIn: 'sheet X1 (e) 9: streams are cut in mid-frame at a restart',
  program: around(`
run();
process.removeAllListeners('SIGTERM');
`),
});
