import { defineDefect } from '../defect.ts';
import { editConfig } from '../files-under.ts';

export default defineDefect({
  id: 'starts-write-the-key-in-plain',
  about: 'The management key stands in the file in plain text after every start',
  seenIn: 'sheet row 15 (e) 6: the hash is not persisted, silently',
  started: (files) => {
    editConfig(files, (text) => text.replace(/^( +secret-key: ).*$/m, '$1wireproof-management-key-of-the-suite'));
    return files;
  },
});
