import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

const put = (file: string, verdict: string, startedAt = '2026-01-01T00:00:00.000Z', selection?: readonly string[]): void => {
  const result = { scenario: 'a/a', arm: 'conformance', dialect: 'openai-chat', upstream: 'openai-chat', stream: true, verdict };
  const report = {
    schema: 'wireproof.report/v1',
    tool: { name: 'wireproof', version: '0.1.0' },
    run: { id: file, startedAt, complete: true, selection },
    target: { name: 'mine', version: '2.0.0', profile: 'full' },
    upstream: { baseline },
    results: [result],
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
    [[...asked, '--reports', 'nowhere'], 'the stored reports cannot be read'],
  ])('ends in 2 on %j', async (argv, message) => {
    const { code, err } = await cli(...argv);
    expect({ code, told: err.includes(message) }).toEqual({ code: 2, told: true });
  });
});
