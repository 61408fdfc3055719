import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'the-log-does-not-say-which-file-was-read',
  about: 'the line about listening names neither the file that was read nor its sum',
  seenIn: 'row 4 (d), (e) 5 and 6: what is mounted cannot be told from what was read',
  program: around(`run({ line: (text) => text.replace(/"config":"[^"]*",/, '').replace(/"fileSha256":"[^"]*",/, '') });`),
});
