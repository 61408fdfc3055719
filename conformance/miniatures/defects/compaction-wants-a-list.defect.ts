import { defineDefect, jsonOf, refuse } from '../defect.ts';

export default defineDefect({
  id: 'compaction-wants-a-list',
  about: 'A compaction whose input is a text is refused',
  seenIn: 'sheet row 20 (a): input is a list or a text',
  front: (message, passOn) =>
    message.path.endsWith('/compact') && typeof jsonOf(message.body)?.['input'] === 'string'
      ? Promise.resolve(refuse(message, 400, 'input must be a list'))
      : passOn(message),
});
