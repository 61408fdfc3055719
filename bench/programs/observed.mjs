// Preloaded into the measured command. It tells the command that it writes to a terminal, so that it shows each result as it comes, and at
// the end writes the most memory it ever held (KiB) to the file that WIREPROOF_BENCH_PEAK names.
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import tty from 'node:tty';

tty.isatty = () => true;
syncBuiltinESMExports();

process.on('exit', () => {
  const file = process.env.WIREPROOF_BENCH_PEAK;
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS));
});
