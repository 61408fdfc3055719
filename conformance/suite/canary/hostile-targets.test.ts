import { afterEach, describe, expect, it } from 'vitest';

import { saidBy } from '../../cli/testing/said-by.ts';
import type { Report } from '../../index.ts';
import { hostileTargets, type HostileTarget, type Nonsense } from './hostile-target.ts';

const key = 'wireproof-key-of-a-caller';

let target: HostileTarget;
afterEach(() => target.stop());

/** One round, as it is typed. */
const round = async (nonsense: Nonsense) => {
  target = await hostileTargets[nonsense]();
  const argv = ['run', '--target', target.url, '--profile', 'reference', '--arm', 'canary', '--reporter', 'json'];
  const { code, out } = await saidBy(argv, { cwd: '/', env: { WIREPROOF_KEY: key } });
  return { code, out, report: JSON.parse(out) as Report };
};

const longest = 60;

/** What is said of the answers, each once. */
const words = ({ results }: Report): readonly string[] => {
  const records = results.filter(({ verdict }) => verdict !== 'unsupported').flatMap(({ expectations }) => expectations);
  const said = records.flatMap(({ actual, verdict, reason }) =>
    verdict === 'unreachable' ? [reason ?? ''] : verdict === 'fail' && typeof actual === 'string' ? [actual] : [],
  );
  // Which code a failed handshake has goes by the version of OpenSSL.
  return [...new Set(said.map((each) => each.replace(/ERR_SSL_\w+/, 'ERR_SSL').slice(0, longest)))].sort();
};

const verdicts = ({ results }: Report): readonly string[] => [...new Set(results.map(({ verdict }) => verdict))].sort();

const named = ({ results }: Report): readonly unknown[] => [
  ...new Set(results.flatMap(({ diagnosis }) => (diagnosis === undefined ? [] : [diagnosis.row]))),
];

const judged = ['fail', 'inconclusive', 'unsupported'];
const event = '{"choices":[{"index":0,"delta":{"content":"x"}}]}';

const cases: readonly (readonly [Nonsense, number, readonly string[], readonly string[]])[] = [
  ['binary', 1, judged, ['200 application/octet-stream: \u0000\ufffd\ufffd\u001b]\u0007']],
  ['no HTTP', 1, judged, ['no answer (cut, HTTPParserError)']],
  ['ten megabytes of headers', 1, judged, ['no answer (cut, UND_ERR_HEADERS_OVERFLOW)']],
  ['an answer without an end', 1, judged, [`200 application/json (cut): ${'['.repeat(200)}`.slice(0, longest)]],
  ['a stream without an end', 1, judged, [`200 text/event-stream (cut): data: ${event}`.slice(0, longest), event]],
  ['a redirect in a circle', 1, judged, ['307 without content type: ']],
  ['no TLS', 3, ['unreachable', 'unsupported'], ['no connection to the target: ERR_SSL']],
  ['TLS without a certificate', 3, ['unreachable', 'unsupported'], ['no connection to the target: ERR_SSL']],
];

describe('a round of canaries', () => {
  it.each(cases)('says of a target with %s what came, names no row by it, and ends', async (nonsense, code, kinds, said) => {
    const { report, ...ran } = await round(nonsense);
    expect({ code: ran.code, verdicts: verdicts(report), words: words(report) }).toEqual({ code, verdicts: kinds, words: said });
    // A stream that never ends does lack its end.
    expect(named(report)).toEqual(nonsense === 'a stream without an end' ? [17] : []);
    expect(ran.out).not.toContain(key);
  });

  it.each(['an answer without an end', 'a stream without an end'] as const)('reads no more than a little of %s', async (nonsense) => {
    const { report } = await round(nonsense);
    const requests = report.results.reduce((sum, { cost }) => sum + cost.requests, 0);
    expect(requests).toBeGreaterThan(0);
    // 1 MiB of each answer, and what sockets hold on both sides.
    expect(target.sentBytes()).toBeLessThan(requests * 8 * 1024 * 1024);
  });

  it('follows no redirect', async () => {
    const { report } = await round('a redirect in a circle');
    expect(target.asked).toHaveLength(report.results.reduce((sum, { cost }) => sum + cost.requests, 0));
  });
});
