// Runs the whole suite in this process, again and again, and tells every verdict of every run.
// Arguments: how many times, at which concurrency.
import { loadCatalogue, loadTarget, runSuite } from 'wireproof/conformance';

const [, , times, concurrency] = process.argv;
process.on('disconnect', () => process.exit(1));

const told = (message) => new Promise((sent) => process.send(message, sent));

const scenarios = await loadCatalogue();
for (let run = 0; run < Number(times); run += 1) {
  const target = await loadTarget('reference', { env: {}, cwd: process.cwd() });
  const report = await runSuite({ scenarios, target, concurrency: Number(concurrency) });
  const verdicts = report.results.flatMap(({ scenario, arm, dialect, upstream, stream, verdict, expectations }) => {
    const place = `${scenario} ${arm} ${dialect} > ${upstream} ${stream ? 'stream' : 'whole'}`;
    return [[place, verdict], ...expectations.map((one) => [`${place} ${one.id}`, `${one.verdict}${one.foretold ? ' as foretold' : ''}`])];
  });
  const { seed, complete, durationMs } = report.run;
  // The channel closes after the last run: what is not written by then would be lost.
  await told({ seed, complete, durationMs, rssBytes: process.memoryUsage().rss, verdicts });
}
process.disconnect?.();
