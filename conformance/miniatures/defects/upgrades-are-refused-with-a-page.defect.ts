import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'upgrades-are-refused-with-a-page',
  about: 'An upgrade is refused with 426 and a page instead of an error',
  seenIn: 'sheet X4 (e) 12',
  upgrade: () => ({ status: 426, headers: { 'content-type': 'text/html' }, body: Buffer.from('<h1>Upgrade Required</h1>') }),
});
