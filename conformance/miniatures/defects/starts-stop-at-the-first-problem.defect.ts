import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'starts-stop-at-the-first-problem',
  about: 'a refused start tells the first problem only, so that each mended line brings the next',
  seenIn: 'sheet X1 (b): each cause returns at once',
  program: around(`
let places = 0;
const line = (text) => {
  if (/^  \\S/.test(text)) places += 1;
  return places > 1 ? undefined : text;
};
run({ line });
`),
});
