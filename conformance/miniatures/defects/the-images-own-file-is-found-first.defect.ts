import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'the-images-own-file-is-found-first',
  about: 'a configuration inside of the image wins over the one that is mounted',
  seenIn: 'row 4 (b): CPP looks for its file in several places, and a stale second one can win',
  program: around(`
if (fs.existsSync(configPath) && fs.statSync(configPath).isFile() && !checks) {
  const text = fs.readFileSync(configPath, 'utf8').replace(/"name": "(?!openai-chat)[^"]*"/, '"name": "of-the-image"');
  fs.writeFileSync('of-the-image.yaml', text);
  command[command.indexOf('--config') + 1] = 'of-the-image.yaml';
}
run();
`),
});
