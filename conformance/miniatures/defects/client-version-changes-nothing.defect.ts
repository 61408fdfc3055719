import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'client-version-changes-nothing',
  about: 'Codex asks for its catalogue and gets the plain list, in which it finds no model',
  seenIn: 'sheet S6 and R13 (e) 6: the query decides the shape of the list',
  front: (message, passOn) => passOn({ ...message, path: message.path.replace(/\?client_version=[^&]*$/, '') }),
});
