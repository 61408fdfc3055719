import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'streams-do-not-ask-to-be-passed-on',
  about: 'Event streams carry no X-Accel-Buffering: no, so that an nginx as it is installed collects them',
  seenIn: 'sheet row 17 (c): CLIProxyAPI sends none; toolchain.md 7',
  outgoingHeaders: (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'x-accel-buffering')),
});
