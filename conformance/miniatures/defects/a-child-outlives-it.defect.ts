import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'a-child-outlives-it',
  about: 'a process that it started lives on after it has ended',
  seenIn: 'sheet X1 (e) 7: a second instance on the same auth-dir refreshes tokens twice',
  program: around(`
const stray = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 60_000)";
spawn(process.execPath, ['--eval', stray], { stdio: 'ignore' }).unref();
run();
`),
});
