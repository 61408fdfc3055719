import { defineDefect } from '../defect.ts';
import { editConfig } from '../files-under.ts';

export default defineDefect({
  id: 'starts-drop-the-last-line',
  about: 'Each start writes the configuration back without its last line',
  seenIn: 'sheet row 15 (e) 7: a save drops what it does not know, also the one of a start',
  started: (files) => {
    editConfig(files, (text) => text.replace(/\n[^\n]*\n$/, '\n'));
    return files;
  },
});
