import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'starts-warn-of-nothing',
  about: 'The log never says that a file cannot be written',
  seenIn: 'sheet row 15 (b): errors of the write at the start are ignored',
  logged: (lines) => lines.filter(({ level }) => level !== 'warn'),
});
