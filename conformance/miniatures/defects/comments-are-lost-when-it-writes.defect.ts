import type { FilePlaces } from '../../targets/target.ts';
import { defineDefect } from '../defect.ts';
import { afterChanges, editConfig } from '../files-under.ts';

const withoutComments = (files: FilePlaces): FilePlaces => {
  editConfig(files, (text) => text.replaceAll(/^#.*\n/gm, ''));
  return files;
};

export default defineDefect({
  id: 'comments-are-lost-when-it-writes',
  about: 'What an operator wrote into the file as a comment is gone as soon as the proxy writes it',
  seenIn: 'sheet row 15 (e) 7: a harmless change rewrites unrelated parts',
  front: afterChanges(withoutComments),
  started: withoutComments,
});
