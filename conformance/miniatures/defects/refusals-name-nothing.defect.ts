import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'refusals-name-nothing',
  about: 'a refused start says only that it failed: no file, no line, no key, no port',
  seenIn: 'row 4: CPA#1641, of which nothing but the title is known',
  program: around(`run({ line: (text) => (/listening|reference proxy on/.test(text) ? text : 'failed to start') });`),
});
