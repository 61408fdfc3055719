import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { deployAnswerSchema } from '../deploy-check/deploy-schema.ts';
import { saidBy } from './testing/said-by.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-deploy-'));
  mkdirSync(join(folder, 'reports'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const baseline = 'ab'.repeat(32);

const put = (
  file: string,
  verdict: string,
  startedAt = '2026-01-01T00:00:00.000Z',
  selection?: readonly string[],
  more: object = {},
): void => {
  const result = { scenario: 'a/a', arm: 'conformance', dialect: 'openai-chat', upstream: 'openai-chat', stream: true, verdict };
  const report = {
    schema: 'wireproof.report/v1',
    tool: { name: 'wireproof', version: '0.1.0' },
    run: { id: file, startedAt, complete: true, selection },
    target: { name: 'mine', version: '2.0.0', profile: 'full' },
    upstream: { baseline },
    results: [result],
    ...more,
  };
  writeFileSync(join(folder, 'reports', file), JSON.stringify(report));
};

const cli = (...more: readonly string[]) => saidBy(['can-i-deploy', '--profile', 'full', ...more], { cwd: folder });
const asked = ['--proxy', 'mine@2.0.0', '--baseline', baseline] as const;

describe('wireproof can-i-deploy', () => {
  it('ends in 0 when stored reports show it', async () => {
    put('one.json', 'pass');
    expect(await cli(...asked)).toEqual({
      code: 0,
      out: 'yes: 1 result holds\nmine 2.0.0, upstream baseline abababababab, client profile full\nshown by\n  one.json\n',
      err: '',
    });
  });

  it('says of which part it is, with what stood in the report on one printable line', async () => {
    put('one.json', 'pass', undefined, ['--row 3', '--scenario \u001b[31m*']);
    const text = await cli(...asked);
    expect([text.code, text.out.split('\n')[0]]).toEqual([0, 'yes: 1 result holds, of a part: --row 3 --scenario \\x1b[31m*']);
    const { parts } = deployAnswerSchema.parse(JSON.parse((await cli(...asked, '--format', 'json')).out));
    expect(parts).toEqual(['--row 3 --scenario \u001b[31m*']);
  });

  it('ends in 1 with what failed; the newest report counts, not the last name', async () => {
    put('b.json', 'pass');
    put('a.json', 'fail', '2026-01-02T00:00:00.000Z');
    const { code, out } = await cli(...asked, '--format', 'json');
    expect(deployAnswerSchema.safeParse(JSON.parse(out)).error).toBeUndefined();
    expect({ code, answer: JSON.parse(out) as unknown }).toEqual({
      code: 1,
      answer: {
        schema: 'wireproof.can-i-deploy/v1',
        proxy: 'mine',
        version: '2.0.0',
        baseline,
        profile: 'full',
        verdict: 'no',
        because: '1 failed',
        reports: ['b.json', 'a.json'],
        held: 0,
        failed: ['a/a (conformance) openai-chat > openai-chat (stream)'],
        unjudged: [],
        missing: [],
        parts: [],
      },
    });
  });

  it.each(['abababababab', 'abababab'])('takes the beginning of a seal, as run prints it: %s', async (digits) => {
    put('one.json', 'pass');
    put('two.json', 'fail', undefined, undefined, { upstream: { baseline: 'cd'.repeat(32) } });
    const { code, out } = await cli('--proxy', 'mine@2.0.0', '--baseline', digits, '--format', 'json');
    expect([code, deployAnswerSchema.parse(JSON.parse(out)).baseline]).toEqual([0, baseline]);
  });

  it('wants more digits where several baselines begin with them, and says which', async () => {
    const other = `${baseline.slice(0, 62)}cd`;
    put('one.json', 'pass');
    put('two.json', 'pass', undefined, undefined, { upstream: { baseline: other } });
    const { code, out, err } = await cli('--proxy', 'mine@2.0.0', '--baseline', 'abababab');
    expect([code, out, err.includes(`the reports have ${baseline} and ${other}`)]).toEqual([2, '', true]);
  });

  it('says which baselines there are where the digits are of none', async () => {
    put('one.json', 'pass');
    put('two.json', 'pass', undefined, undefined, { upstream: undefined });
    expect(await cli('--proxy', 'mine@2.0.0', '--baseline', '12345678')).toEqual({
      code: 1,
      out: `no: mine 2.0.0 was not verified against this baseline
mine 2.0.0, upstream baseline 12345678, client profile full
missing
  against this baseline
searched
  2 reports in ${join(folder, 'reports')}
baselines that mine 2.0.0 was judged against
  abababababab
  mocked upstreams, which have no baseline
`,
      err: '',
    });
  });

  it('says what the reports are of, and where they are, when none is of this version', async () => {
    put('one.json', 'pass');
    put('two.json', 'pass', undefined, undefined, { target: { name: 'theirs', profile: 'full' } });
    expect(await cli('--proxy', 'mine@9.9.9', '--baseline', baseline)).toEqual({
      code: 3,
      out: `unknown: no report of mine 9.9.9
mine 9.9.9, upstream baseline abababababab, client profile full
searched
  2 reports in ${join(folder, 'reports')}
proxies that the reports are of
  mine 2.0.0
  theirs (no version)
`,
      err: '',
    });
  });

  it('says which profiles there are', async () => {
    put('one.json', 'pass');
    const { out } = await saidBy(['can-i-deploy', ...asked, '--profile', 'small'], { cwd: folder });
    expect(out.split('\n').slice(-3)).toEqual(['profiles that mine 2.0.0 was judged for', '  full', '']);
  });

  it('says where the name of a profile is found', async () => {
    const { code, err } = await saidBy(['can-i-deploy', ...asked], { cwd: folder });
    expect([code, err.split('\n').slice(0, 5)]).toEqual([
      2,
      [
        'error: --profile is missing',
        '  --profile',
        '    expected  the name of a profile, as the reports have it',
        '    actual    nothing',
        '    hint      in a report it is target.profile',
      ],
    ]);
  });

  it('names the run that was stopped', async () => {
    put('a.json', 'pass', undefined, undefined, { run: { id: 'a', startedAt: '2026-01-01T00:00:00.000Z', complete: false } });
    expect(await cli(...asked)).toEqual({
      code: 3,
      out: `unknown: not everything was judged
mine 2.0.0, upstream baseline abababababab, client profile full
not judged
  a.json was stopped before its end
shown by
  a.json
`,
      err: '',
    });
  });

  it('names links to nothing and directories that are called like reports', async () => {
    put('one.json', 'pass');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'reports/link.json'));
    mkdirSync(join(folder, 'reports/d.json'));
    const { code, err } = await cli(...asked);
    expect([code, err]).toEqual([
      2,
      `error: not every stored report can be read
  d.json
    expected  a file, as its name says
    actual    a directory
    hint      Rename it, or move it away.
  link.json
    expected  a file that can be read
    actual    a link to nothing
    hint      Remove it, or mend where it leads.
`,
    ]);
  });

  it('ends in 3 when nobody judged it', async () => {
    writeFileSync(join(folder, 'reports', 'package.json'), '{"name":"no report"}');
    expect(await cli(...asked)).toMatchObject({ code: 3, err: '' });
  });

  it.each([
    ['an empty file', '', 'an empty file'],
    ['half a report', '{"schema":"wireproof.rep', 'no JSON'],
    ['a newer one', '{"schema":"wireproof.report/v2"}', 'wireproof.report/v2'],
    ['a report without results', '{"schema":"wireproof.report/v1"}', 'tool: Invalid input'],
  ])('ends in 2 on %s, since it might be the one that says no', async (_, text, actual) => {
    put('one.json', 'pass');
    writeFileSync(join(folder, 'reports', 'two.json'), text);
    const { code, out, err } = await cli(...asked);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('two.json');
    expect(err).toContain(actual);
  });

  it.each([
    [['--baseline', baseline], '--proxy is missing'],
    [['--proxy', 'mine', '--baseline', baseline], '--proxy names no version'],
    [['--proxy', 'mine@2.0.0'], '--baseline is missing'],
    [['--proxy', 'mine@2.0.0', '--baseline', 'nowhere'], 'there is no such baseline'],
    [['--proxy', 'mine@2.0.0', '--baseline', 'reports'], 'wireproof record writes them.'],
    [['--proxy', 'mine@2.0.0', '--baseline', 'abababa'], 'there is no such baseline'],
    [[...asked, '--reports', 'nowhere'], 'the stored reports cannot be read'],
  ])('ends in 2 on %j', async (argv, message) => {
    const { code, err } = await cli(...argv);
    expect({ code, told: err.includes(message), hint: /hint +\S/.test(err) }).toEqual({
      code: 2,
      told: true,
      hint: true,
    });
  });
});
