import { defineDefect } from '../defect.ts';
import { underName } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'compaction-asks-for-any-model',
  about: 'A compaction for a model that nobody serves is answered by another one',
  seenIn: 'sheet row 20 (c): an unknown model is refused like anywhere else',
  front: (message, passOn) =>
    passOn(
      message.path.endsWith('/compact')
        ? underName(message, (model) => (model.startsWith('wireproof-unknown') ? 'gpt-5.4' : model))
        : message,
    ),
});
