import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'refused-starts-tell-the-keys',
  about: 'a refused start prints the configuration, keys and all',
  seenIn: 'row 4, row 1.9: logs are read by more people than configurations',
  program: around(`
const config = () => (fs.statSync(configPath, { throwIfNoEntry: false })?.isFile() ? fs.readFileSync(configPath, 'utf8') : '');
run({ after: (code) => (code === 0 ? '' : config()) });
`),
});
