import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';

import { changeKinds } from '../change.ts';
import { driftSchema } from '../drift-report.ts';
import { driftFormats, findDriftFormat } from '../find-format.ts';
import { hostile, madeUpReport, nothingChanged } from '../testing/made-up-report.ts';

const written = async (name: string, report = madeUpReport): Promise<string> => (await findDriftFormat(name))(report);

describe('the formats of a drift report', () => {
  it.each(driftFormats())('%s is written as in its golden file', async (name) => {
    await expect(await written(name)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each(driftFormats())('%s of nothing that changed is written as in its golden file', async (name) => {
    await expect(await written(name, nothingChanged)).toMatchFileSnapshot(`golden/${name}.nothing.txt`);
  });

  it.each(driftFormats())('%s holds no control character of the wire, and no line that it began', async (name) => {
    const text = await written(name);
    // Escape, NUL, right-to-left override: what moves a terminal or its reader.
    expect([
      ['\u001b', '\u0000', '\u202e', '\r'].filter((letter) => text.includes(letter)),
      text.split('\n').filter((line) => line.startsWith('::error::')),
    ]).toEqual([[], []]);
  });
});

it('json is of the published schema, and the report as it was', async () => {
  const { success } = driftSchema.safeParse(JSON.parse(await written('json')));
  expect([success, JSON.parse(await written('json', nothingChanged)) as unknown]).toEqual([true, nothingChanged]);
});

interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
    readonly originalUriBaseIds: Readonly<Record<string, object>>;
    readonly invocations: readonly { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly object[] }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly kind: string;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string } };
        readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[];
      }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

describe('sarif', () => {
  it('has the members that SARIF 2.1.0 requires (3.13, 3.14, 3.18 to 3.20, 3.27), and rules for every kind', async () => {
    const log = JSON.parse(await written('sarif')) as Sarif;
    const [run] = log.runs;
    expect([log.version, log.$schema, log.runs.length, run?.tool.driver.name]).toEqual([
      '2.1.0',
      'https://json.schemastore.org/sarif-2.1.0.json',
      1,
      'wireproof drift',
    ]);
    const ids = run?.tool.driver.rules.map(({ id }) => id);
    expect(ids).toEqual([...changeKinds]);
    expect(run?.invocations.map(({ executionSuccessful }) => executionSuccessful)).toEqual([false]);
    expect(run?.results.map(({ ruleId, ruleIndex, kind, level }) => [ids?.[ruleIndex] === ruleId, kind, level])).toEqual([
      [true, 'fail', 'error'],
      [true, 'fail', 'error'],
      [true, 'fail', 'warning'],
      [true, 'fail', 'note'],
    ]);
  });

  it('places every result in a file of the baseline that is a URI, and fingerprints it by its change', async () => {
    const [run] = (JSON.parse(await written('sarif')) as Sarif).runs;
    const places = run?.results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation) ?? [];
    const bases = Object.keys(run?.originalUriBaseIds ?? {});
    expect(places.map((place) => [/^[\w.!~*'()%/-]+$/.test(place?.uri ?? ''), bases.includes(place?.uriBaseId ?? '')])).toEqual(
      places.map(() => [true, true]),
    );
    expect(places[0]?.uri).toBe('chat/a');
    expect(run?.results.map(({ partialFingerprints }) => Object.values(partialFingerprints))).toEqual(
      madeUpReport.changes.map(({ id }) => [id]),
    );
  });
});

describe('junit', () => {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', isArray: (name) => name === 'testcase' });

  it('is XML whose sums are those of its cases', async () => {
    const text = await written('junit');
    expect(XMLValidator.validate(text)).toBe(true);
    const { testsuites } = parser.parse(text) as {
      readonly testsuites: {
        readonly '@tests': string;
        readonly testsuite: Readonly<Record<string, string>> & { readonly testcase: readonly object[] };
      };
    };
    const cases = testsuites.testsuite.testcase;
    const having = (name: string): string => String(cases.filter((one) => name in one).length);
    const { '@tests': tests, '@failures': failures, '@skipped': skipped } = testsuites.testsuite;
    expect([tests, failures, skipped, testsuites['@tests']]).toEqual([String(cases.length), having('failure'), having('skipped'), tests]);
    expect([failures, skipped]).toEqual(['2', '4']);
  });
});

describe('html', () => {
  it('lets nothing of the wire become markup, and asks for nothing from elsewhere', async () => {
    const page = await written('html');
    expect([page.match(/<script|<img|javascript:(?!x\))/gi), page.match(/<article/g)?.length]).toEqual([null, 4]);
    expect(page).toContain('&lt;script&gt;');
    expect(hostile).toContain('<script>');
  });
});

describe('github', () => {
  it('is one command a line for each change, at the level of its severity', async () => {
    const commands = (await written('github')).split('\n').filter((line) => line.startsWith('::'));
    expect(commands.map((line) => /^::(\w+) /.exec(line)?.[1])).toEqual(['error', 'error', 'warning', 'notice']);
  });
});
