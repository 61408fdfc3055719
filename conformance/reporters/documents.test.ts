import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { reportSchema, type Report, type ResultRecord } from '../engine/records.ts';
import { loadReporter } from './find-reporter.ts';

const everyVerdict = reportSchema.parse(JSON.parse(readFileSync(new URL('golden/every-verdict.report.json', import.meta.url), 'utf8')));

/** What a target could send to get out of the text it stands in, whatever that is. */
const hostile = [
  `"><script>alert(1)</script>`,
  `' onmouseover='alert(1)' x='`,
  `</pre></details></title></style></script><img src=x onerror=alert(1)>`,
  `<!-- ]]> --> <![CDATA[ & &lt; &#60; {{x}} \${x} \u2028\u202e\u0000\ud800`,
  '| **bold** [link](javascript:alert(1)) ![x](http://x.example/y) `code` ``` ~~~ # heading\n# heading\n- item @team #12 www.x.example $x$',
].join('\n');

const failing = everyVerdict.results.find(({ trace }) => trace !== undefined) as ResultRecord;

/** A report in which every text that a target, a baseline or an operator can influence is hostile. */
const poisoned: Report = {
  ...everyVerdict,
  target: { name: hostile, url: hostile, profile: hostile, version: hostile },
  baseline: [{ entry: hostile, problem: 'stale', message: hostile }],
  contradictedClaims: [{ claim: hostile, because: hostile, results: 1 }],
  results: [
    ...everyVerdict.results,
    {
      ...failing,
      reason: hostile,
      expectations: [
        {
          id: hostile,
          level: 'must',
          side: 'caller',
          verdict: 'fail',
          expected: hostile,
          actual: { [hostile]: hostile },
          evidence: hostile,
        },
        {
          id: hostile,
          level: 'should',
          side: 'upstream',
          verdict: 'fail',
          expected: hostile,
          attribution: { at: 'proxy', because: hostile },
        },
      ],
      trace: [
        { atMs: 1, side: 'caller', direction: 'sent', step: hostile, what: hostile },
        { atMs: 2, side: 'upstream', direction: 'received', step: hostile, what: hostile },
      ],
      repeat: [{ step: hostile, checks: [hostile], curl: hostile, note: hostile }],
      diagnosis: { row: 3, symptom: hostile, cause: hostile, check: hostile, remediation: hostile },
    },
    { ...failing, knownFailure: { reason: hostile, owner: hostile, expires: hostile } },
    { ...failing, verdict: 'error', reason: hostile, expectations: [] },
  ],
};

const empty: Report = {
  ...everyVerdict,
  baseline: [],
  run: { ...everyVerdict.run, complete: false },
  summary: { pass: 0, fail: 0, inconclusive: 0, unsupported: 0, unreachable: 0, error: 0, checks: 0, exitCode: 3 },
  results: [],
};

const written = async (name: string, report: Report): Promise<string> => {
  let text = '';
  const { create } = await loadReporter(name);
  const out = (more: string): void => {
    text += more;
  };
  const titles = { 'translation/sparse-tool-result': hostile };
  const reporter = create({ out, terminal: false, colours: false, columns: 100, titles });
  const { tool, target, run } = report;
  reporter.onRunStart?.({ tool, target, seed: run.seed, planned: report.results.length, arms: ['symptom', 'remedy'] });
  for (const result of report.results) reporter.onResult?.(result);
  reporter.onRunEnd?.(report);
  return text;
};

interface Element {
  readonly name: string;
  readonly attributes: readonly string[];
}

const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', stopNodes: ['*.script', '*.style'] });

/** Every element of a parsed tree with the names of its attributes. */
const elementsIn = (nodes: unknown): readonly Element[] =>
  (nodes as readonly Record<string, unknown>[]).flatMap((node) =>
    Object.entries(node).flatMap(([name, children]) =>
      name === ':@' || name === '#text'
        ? []
        : [
            { name, attributes: Object.keys((node[':@'] as object | undefined) ?? {}) },
            ...(Array.isArray(children) ? elementsIn(children) : []),
          ],
    ),
  );

const withoutCode = (page: string): string => page.replace(/<(script|style)>[^]*?<\/\1>/g, '<$1></$1>');

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)].sort();

describe('the page', () => {
  it('lets no byte of a target become markup', async () => {
    const page = withoutCode(await written('html', poisoned));
    const clean = withoutCode(await written('html', { ...everyVerdict, contradictedClaims: [] }));
    const elements = elementsIn(parser.parse(page));

    expect(XMLValidator.validate(page)).toBe(true);
    expect(unique(elements.map(({ name }) => name))).toEqual(unique(elementsIn(parser.parse(clean)).map(({ name }) => name)));
    expect(
      unique(elements.flatMap(({ attributes }) => attributes).filter((name) => /^on|^src$|^style$|^srcset$|^action$/i.test(name))),
    ).toEqual([]);
    expect(elements.filter(({ name }) => name === 'script')).toHaveLength(1);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('names exactly its own script and style in a policy that allows nothing else', async () => {
    const page = await written('html', poisoned);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1];
    const hash = (name: string): string => {
      const texts = [...page.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(([, text]) => text ?? '');
      return texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ');
    };

    expect(policy).toBe(
      `default-src 'none'; script-src ${hash('script')}; style-src ${hash('style')}; base-uri 'none'; form-action 'none'`,
    );
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  it('asks for nothing from anywhere: every link stays inside', async () => {
    const page = await written('html', everyVerdict);
    const addresses = [...page.matchAll(/\b(?:href|src|action|data|poster)="([^"]*)"/g)].map(([, address]) => address ?? '');
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);

    expect(addresses.filter((address) => !ids.includes(address.replace(/^#/, '')))).toEqual([]);
    expect(/url\(|@import|fetch\(|XMLHttpRequest|innerHTML/.exec(page)).toBeNull();
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('shows both sides of the wire beside each other', async () => {
    const page = await written('html', everyVerdict);
    const cells = [...page.matchAll(/<td[^>]* data-of="(caller|upstream)">([^<]*)<\/td>/g)].map(([, side, text]) => `${side}: ${text}`);

    expect(cells).toEqual([
      'caller: sent POST /v1/messages (212 bytes)',
      'upstream: ',
      'caller: ',
      String.raw`upstream: received POST /responses \x00\x7f`,
      String.raw`caller: received 400 \x1b[31mBad Request`,
      'upstream: ',
    ]);
  });

  it('is readable without a script: only the filter is hidden', async () => {
    const page = withoutCode(await written('html', everyVerdict));

    expect([...page.matchAll(/<(\w+)[^>]* hidden=""/g)].map(([, name]) => name)).toEqual(['form']);
  });

  it('names the failures that it has no room for', async () => {
    const many = await written('html', { ...everyVerdict, results: Array.from({ length: 303 }, () => failing) });

    expect(many).toContain('<p>3 more failures are in the table of all cells below');
    expect(many.match(/<details /g)).toHaveLength(300);
  });
});

describe('the badge', () => {
  it('is well-formed and lets no byte of a target become markup', async () => {
    const svg = await written('badge', poisoned);

    expect(XMLValidator.validate(svg)).toBe(true);
    expect(unique(elementsIn(parser.parse(svg)).map(({ name }) => name))).toEqual(['g', 'path', 'rect', 'svg', 'text', 'title']);
  });

  it.each([
    [everyVerdict, '2 cells fail'],
    [empty, 'nothing judged'],
    [{ ...everyVerdict, results: [], summary: { ...everyVerdict.summary, exitCode: 0, checks: 1 } }, '1 check holds'],
    [{ ...everyVerdict, results: [], summary: { ...everyVerdict.summary, exitCode: 1 } }, 'baseline has rotted'],
    [{ ...everyVerdict, results: [], baseline: [], summary: { ...everyVerdict.summary, exitCode: 1 } }, 'a claim is wrong'],
    [{ ...everyVerdict, results: [], summary: { ...everyVerdict.summary, exitCode: 2, error: 1 } }, '1 error'],
    [{ ...everyVerdict, results: [], summary: { ...everyVerdict.summary, exitCode: 3 } }, 'incomplete'],
  ])('says how the run ended: %#', async (report, text) => {
    expect(/>([^<]+)<\/text>\n<\/g>/.exec(await written('badge', report))?.[1]).toBe(text);
  });
});

describe('the summary of a job', () => {
  it('has no markup but its own', async () => {
    const text = await written('markdown', poisoned);
    const outside = text.replaceAll(/<pre>\n[^<]*\n<\/pre>/g, '').replaceAll(/<details><summary>[^<]*<\/summary>|<\/details>/g, '');

    expect(/[<>`[\]!~$@]/.exec(outside)).toBeNull();
    expect(outside.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      expect.stringMatching(/^## Wireproof&#58; /) as string,
      '### Failures',
      '### Not judged',
      '### Known failures',
    ]);
    const columns = outside
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length);
    expect(unique(columns.map(String))).toEqual(['5', '7']);
  });

  it('stays below what a job may write, and says what is left out', async () => {
    const text = await written('markdown', {
      ...everyVerdict,
      results: Array.from({ length: 1_000 }, () => ({ ...failing, reason: 'x'.repeat(5_000) })),
    });

    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toMatch(/\n\d+ more are left out here: the html and json reports have all\.\n/);
  });
});

describe('jsonl', () => {
  it('is a line of JSON per event, and nothing of the report is missing', async () => {
    const text = await written('jsonl', poisoned);
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; schema?: string });
    const last = events.at(-1) as unknown as Report;

    expect(events.map(({ event }) => event)).toEqual(['start', ...poisoned.results.map(() => 'result'), 'end']);
    expect(events[0]?.schema).toBe('wireproof.events/v1');
    expect(events.slice(1, -1)).toEqual(poisoned.results.map((result) => ({ event: 'result', ...result })));
    expect({ summary: last.summary, run: last.run, baseline: last.baseline }).toEqual({
      summary: poisoned.summary,
      run: poisoned.run,
      baseline: poisoned.baseline,
    });
  });

  it('tells of each thing when it happens', async () => {
    const lines: string[] = [];
    const { create } = await loadReporter('jsonl');
    const reporter = create({ out: (line) => lines.push(line), terminal: false, colours: false, columns: 80, titles: {} });
    reporter.onResult?.(failing);

    expect(lines).toHaveLength(1);
  });
});

describe('tap', () => {
  const pointsIn = (text: string): readonly string[] => text.split('\n').filter((line) => /^(not )?ok /.test(line));

  it('numbers every point, and plans as many', async () => {
    const text = await written('tap', poisoned);
    const points = pointsIn(text);

    expect(text.split('\n').slice(0, 2)).toEqual(['TAP version 14', `1..${points.length}`]);
    expect(points.map((line) => Number(/^(?:not )?ok (\d+) - /.exec(line)?.[1]))).toEqual(points.map((_, index) => index + 1));
    expect(points).toHaveLength(poisoned.results.length + 2);
  });

  it('has a YAML block that parses under each point that is not ok, and no line that could be taken for another', async () => {
    const text = await written('tap', poisoned);
    const blocks = [...text.matchAll(/^ {2}---\n((?: {2}.*\n)*?) {2}\.\.\.$/gm)].map(
      ([, block]) => parse((block ?? '').replaceAll(/^ {2}/gm, '')) as unknown,
    );
    const rest = text.replaceAll(/^ {2}---\n(?: {2}.*\n)*? {2}\.\.\.\n/gm, '').split('\n');

    expect(blocks).toHaveLength(pointsIn(text).filter((line) => line.startsWith('not ok')).length);
    expect(rest.filter((line) => !/^(?:TAP version 14|1\.\.\d+|(?:not )?ok \d+ - .*|Bail out! .*|)$/.test(line))).toEqual([]);
  });

  it('escapes what would begin a directive', async () => {
    const text = await written('tap', { ...empty, baseline: [{ entry: String.raw`a # SKIP \ b`, problem: 'stale', message: 'm' }] });

    expect(pointsIn(text)).toEqual([String.raw`not ok 1 - baseline entry a \# SKIP \\ b`, 'not ok 2 - something was judged']);
  });
});

describe('sarif', () => {
  interface Log {
    readonly $schema: string;
    readonly version: string;
    readonly runs: readonly {
      readonly tool: {
        readonly driver: { readonly name: string; readonly version: string; readonly rules: readonly { readonly id: string }[] };
      };
      readonly invocations: readonly {
        readonly executionSuccessful: boolean;
        readonly exitCode: number;
        readonly toolExecutionNotifications: readonly object[];
      }[];
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly kind: string;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[];
        readonly partialFingerprints: Readonly<Record<string, string>>;
        readonly suppressions?: readonly { readonly kind: string }[];
      }[];
    }[];
  }
  const logOf = async (report: Report): Promise<Log> => JSON.parse(await written('sarif', report)) as Log;

  it('has the members that the standard requires', async () => {
    const { $schema, version, runs } = await logOf(poisoned);
    const [run] = runs;
    const ruleIds = run?.tool.driver.rules.map(({ id }) => id) ?? [];

    expect({ $schema, version, runs: runs.length }).toEqual({
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: 1,
    });
    expect({ name: run?.tool.driver.name, version: run?.tool.driver.version }).toEqual(everyVerdict.tool);
    expect(ruleIds).toEqual([...new Set(ruleIds)]);
    for (const result of run?.results ?? []) {
      expect(ruleIds[result.ruleIndex]).toBe(result.ruleId);
      expect(result.message.text).not.toBe('');
      expect(['error', 'warning']).toContain(result.level);
      expect(result.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^scenarios\/[\w/%-]+\.scenario\.ts$/);
    }
  });

  it('has a result per check that does not hold, with a fingerprint of its own', async () => {
    const results = (await logOf(everyVerdict)).runs[0]?.results ?? [];

    expect(
      results.map(({ kind, level, suppressions, partialFingerprints }) => [
        kind,
        level,
        suppressions?.[0]?.kind,
        Object.values(partialFingerprints)[0],
      ]),
    ).toEqual([
      ['fail', 'error', undefined, 'translation/sparse-tool-result | symptom | anthropic-messages > gemini-generate (stream) | foretold'],
      [
        'fail',
        'warning',
        undefined,
        'translation/sparse-tool-result | remedy | anthropic-messages > gemini-generate (stream) | usage-is-reported',
      ],
      ['fail', 'error', undefined, 'translation/sparse-tool-result | remedy | anthropic-messages > codex | the-caller-gets-an-answer'],
      ['fail', 'error', undefined, 'translation/sparse-tool-result | remedy | anthropic-messages > codex | no-invented-text'],
      [
        'fail',
        'error',
        'external',
        'translation/sparse-tool-result | remedy | anthropic-messages > codex (stream) | the-caller-gets-an-answer',
      ],
    ]);
  });

  it('says of a run that was stopped, or judged nothing, that it did not succeed', async () => {
    const [run] = (await logOf(empty)).runs;

    expect(run?.results).toEqual([]);
    expect(run?.invocations).toMatchObject([
      {
        executionSuccessful: false,
        exitCode: 3,
        toolExecutionNotifications: [{ level: 'error', message: { text: 'the run was stopped before its end' } }],
      },
    ]);
  });
});

describe('a claim that the target contradicts', () => {
  const told = async (name: string, exitCode: number): Promise<string> =>
    written(name, {
      ...empty,
      run: { ...empty.run, complete: true },
      summary: { ...empty.summary, checks: 1, exitCode },
      contradictedClaims: [{ claim: 'stream', because: 'no stream came', results: 1 }],
    });

  it.each([
    ['junit', 1, '<failure message="no stream came" type="contradicted"/>'],
    ['junit', 0, '<skipped message="a baseline covers it: no stream came"/>'],
    ['tap', 1, 'not ok 1 - the claim stream of the profile\n'],
    ['tap', 0, 'not ok 1 - the claim stream of the profile # TODO a baseline covers it\n'],
    ['github', 1, '::error title=the claim stream of the profile is contradicted::no stream came\n'],
    ['github', 0, '::notice title=the claim stream of the profile is contradicted::no stream came\n'],
    ['html', 1, '<p class="problem">The claim stream of the profile is contradicted: no stream came</p>'],
    ['markdown', 1, '- The claim stream is contradicted&#58; no stream came\n'],
    ['sarif', 1, 'the claim stream is contradicted: no stream came'],
  ])('is told by %s of a run that ended in %d', async (name, exitCode, sentence) => {
    expect(await told(name, exitCode)).toContain(sentence);
  });
});

describe('an empty, interrupted run', () => {
  it.each([
    ['html', 'Nothing was run.'],
    ['html', 'The run was stopped before its end: this report is incomplete.'],
    ['markdown', 'Nothing was run.'],
    ['markdown', 'The run was stopped before its end&#58; this report is incomplete.'],
    ['tap', 'Bail out! The run was stopped before its end.'],
    ['jsonl', '"complete":false'],
    ['badge', 'nothing judged'],
  ])('is told by %s: %s', async (name, sentence) => {
    expect(await written(name, empty)).toContain(sentence);
  });
});
