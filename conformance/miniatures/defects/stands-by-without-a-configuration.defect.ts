import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'stands-by-without-a-configuration',
  about: 'without a configuration the process lives on and listens nowhere',
  seenIn: 'sheet X1 (e) 2 and row 4 (e) 2: DEPLOY=cloud',
  program: around(`
if (fs.existsSync(configPath)) run();
else {
  console.log('Cloud deploy mode: No configuration file detected; standing by for configuration');
  setInterval(() => undefined, 60_000);
}
`),
});
