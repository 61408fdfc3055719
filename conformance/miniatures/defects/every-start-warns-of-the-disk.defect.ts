import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'every-start-warns-of-the-disk',
  about: 'The log warns of a read-only file although it can be written',
  seenIn: 'the page, row 15: “re-run with read-only warning” tells nothing when the warning is always there',
  logged: (lines) =>
    lines.map((line) =>
      line.fields['event'] === 'listening' ? { ...line, level: 'warn', message: 'the config file cannot be written to' } : line,
    ),
});
