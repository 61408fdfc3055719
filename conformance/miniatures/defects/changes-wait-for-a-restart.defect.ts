import { defineDefect } from '../defect.ts';
import { changesSettings } from '../management-changes.ts';

export default defineDefect({
  id: 'changes-wait-for-a-restart',
  about: 'What an operator changes is acknowledged and counts from the next start on',
  seenIn: 'sheet 0.3: the page says "restart" after a change of keys; the builds read the file again by themselves',
  front: (message, passOn) =>
    changesSettings(message)
      ? Promise.resolve({ status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"status":"ok"}') })
      : passOn(message),
});
