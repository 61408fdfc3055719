import { defineDefect } from '../defect.ts';
import { withoutEffort } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'effort-is-dropped',
  about: 'What a request says of reasoning is left out before anything is sent',
  seenIn: 'CLIProxyAPI issue 1484; sheet row 12 (c)',
  front: (message, passOn) => passOn(withoutEffort(message)),
});
