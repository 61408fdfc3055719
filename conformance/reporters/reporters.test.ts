import { readFileSync } from 'node:fs';

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';

import { reportSchema, type Report } from '../engine/records.ts';
import { loadReporter, reporterNames } from './find-reporter.ts';
import type { ReporterOutput } from './reporter.ts';

/** One report with every verdict, and with bytes that a hostile target could send. */
const everyVerdict = reportSchema.parse(JSON.parse(readFileSync(new URL('golden/every-verdict.report.json', import.meta.url), 'utf8')));

const passing = everyVerdict.results.filter((result) => result.verdict === 'pass').slice(0, 1);
const allWell: Report = {
  ...everyVerdict,
  baseline: [],
  run: { ...everyVerdict.run, complete: true },
  summary: { pass: 1, fail: 0, inconclusive: 0, unsupported: 0, unreachable: 0, error: 0, checks: 2, exitCode: 0 },
  results: passing,
};

const written = async (name: string, report: Report, settings: Partial<ReporterOutput> = {}): Promise<string> => {
  let text = '';
  const { create } = await loadReporter(name);
  const reporter = create({
    out: (more) => {
      text += more;
    },
    terminal: false,
    colours: false,
    columns: 100,
    titles: { 'translation/sparse-tool-result': 'A tool result without content breaks the translation' },
    ...settings,
  });
  const { tool, target, run } = report;
  reporter.onRunStart?.({ tool, target, seed: run.seed, planned: report.results.length, arms: ['symptom', 'remedy'] });
  for (const result of report.results) reporter.onResult?.(result);
  reporter.onRunEnd?.(report);
  return text;
};

/** Terminal escapes made visible, so that the golden file can be read and diffed. */
const visible = (text: string): string => text.replaceAll('\x1b', '␛').replaceAll('\r', '␍');

describe('every reporter', () => {
  it('is found by its file name', async () => {
    const names = reporterNames();
    const found = await Promise.all(names.map((name) => loadReporter(name)));

    expect(names.length).toBeGreaterThan(0);
    expect(found.map(({ name }) => name)).toEqual(names);
  });

  it.each(reporterNames())('%s writes every verdict as in its golden file', async (name) => {
    await expect(await written(name, everyVerdict)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each(reporterNames())('%s writes a run where all is well as in its golden file', async (name) => {
    await expect(await written(name, allWell)).toMatchFileSnapshot(`golden/${name}.all-well.txt`);
  });

  it.each(reporterNames())('%s lets no control character of the target through', async (name) => {
    const text = await written(name, everyVerdict);

    expect(text.replaceAll(/[^\p{Cc}\p{Cs}\u2028-\u202e\ufffe]|\n/gu, '')).toBe('');
  });
});

describe('console', () => {
  it('draws a live line and colours on a terminal', async () => {
    const text = await written('console', everyVerdict, { terminal: true, colours: true });

    await expect(visible(text)).toMatchFileSnapshot('golden/console.terminal.txt');
  });

  it('never draws a live line that would wrap', async () => {
    const text = await written('console', everyVerdict, { terminal: true, columns: 30 });
    const lines = text.split('\r\x1b[2K').slice(1, -1);

    expect(lines).toHaveLength(everyVerdict.results.length);
    expect(Math.max(...lines.map((line) => line.length))).toBe(29);
  });
});

describe('console, where nothing was judged,', () => {
  const [first] = passing;
  const unsupported = {
    ...allWell,
    results: first === undefined ? [] : [{ ...first, verdict: 'unsupported' as const, reason: 'not claimed' }],
  };
  const sentence = async (report: Report): Promise<string | undefined> =>
    (await written('console', report)).split('\n').find((line) => line.startsWith('Nothing was judged'));

  it('says so, and what to do', async () => {
    expect(await sentence({ ...unsupported, target: { name: 'it', profile: 'mine' } })).toBe(
      'Nothing was judged: profile mine claims none of what these scenarios need; claim more in the target file.',
    );
    expect(await sentence({ ...unsupported, target: { name: 'it', profile: 'mine', url: 'http://127.0.0.1:9' } })).toBe(
      'Nothing was judged: profile mine claims none of what these scenarios need; claim more with --profile FILE, which wireproof discover proposes, or --target FILE.',
    );
    expect(await sentence(allWell)).toBeUndefined();
  });
});

describe('json', () => {
  it('writes exactly the report', async () => {
    expect(JSON.parse(await written('json', everyVerdict))).toEqual(everyVerdict);
  });
});

describe('junit', () => {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });

  it('is well-formed and its counts add up', async () => {
    const text = await written('junit', everyVerdict);
    const { testsuites } = parser.parse(text) as { testsuites: Record<string, unknown> };

    expect(XMLValidator.validate(text)).toBe(true);
    expect({ ...testsuites, testsuite: undefined }).toEqual({
      name: 'wireproof acme\\x1b[5m',
      tests: '13',
      failures: '3',
      errors: '5',
      skipped: '2',
      time: '1.424',
      testsuite: undefined,
    });
  });
});

describe('github', () => {
  it('writes nothing but annotations, one a line', async () => {
    const lines = (await written('github', everyVerdict)).trimEnd().split('\n');

    expect(lines.filter((line) => !/^::(error|warning|notice) title=[^:,]*::/.test(line))).toEqual([]);
  });
});
