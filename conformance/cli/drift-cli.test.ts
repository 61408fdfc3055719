import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { exchangesDirectory } from '#fixtures/exchange-file';
import { sealAll } from '#fixtures/seal-all';

import { saidBy } from './testing/said-by.ts';

const text = 'anthropic-messages/text.exchange.json';
const limited = 'anthropic-messages/rate-limited.exchange.json';
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'drift-'));
  for (const set of ['old', 'new']) for (const file of [text, limited]) cpSync(join(exchangesDirectory, file), join(cwd, set, file));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const cli = (...argv: readonly string[]) => saidBy(['drift', ...argv], { cwd });

const compare = (...more: readonly string[]) => cli('--baseline', 'old', '--against', 'new', ...more);

const edit = async (file: string, from: string, to: string, deviates = ''): Promise<void> => {
  const place = join(cwd, 'new', file);
  const before = readFileSync(place, 'utf8');
  writeFileSync(place, before.replace(from, to).replace('"deviates": []', `"deviates": [${deviates}]`));
  expect(readFileSync(place, 'utf8')).not.toBe(before);
  await sealAll(join(cwd, 'new'));
};

describe('drift', () => {
  it('finds nothing where nothing changed', async () => {
    expect(await compare()).toEqual({ code: 0, out: '0 breaking, 0 additive, 0 cosmetic; 2 answers against 2\n', err: '' });
  });

  it('says where the baseline is when somebody was killed in replacing it', async () => {
    const former = join(cwd, '.old.0123456789ab.old');
    renameSync(join(cwd, 'old'), former);
    const { code, err } = await compare();
    expect([code, err.replaceAll(cwd, 'DIR').split('\n')]).toEqual([
      2,
      [
        'error: a directory is gone: whoever was replacing it was stopped',
        '  DIR/old',
        '    expected  a directory',
        '    actual    nothing; what it was is DIR/.old.0123456789ab.old',
        '    hint      to take it back: mv DIR/.old.0123456789ab.old DIR/old',
        '',
      ],
    ]);
    cpSync(former, join(cwd, 'old'), { recursive: true });
    const again = await compare();
    expect([again.code, again.err.replaceAll(cwd, 'DIR')]).toEqual([
      0,
      'note: DIR/.old.0123456789ab.old is what DIR/old was before, left by somebody who was stopped; to remove it: rm -r DIR/.old.0123456789ab.old\n',
    ]);
  });

  it('ends in 1 where something breaks, and names it', async () => {
    await edit(limited, '"status": 429', '"status": 529');
    const { code, out } = await compare();
    expect([code, out.replaceAll(/[0-9a-f]{12}/g, 'ID').replace(/scenario \S+ plays/, 'scenario PLAYED plays')]).toEqual([
      1,
      `breaking  status-changed: anthropic-messages status: 529 where 429 was  [ID]
          before  "429"
          after   "529"
          seen in anthropic-messages/rate-limited; scenario PLAYED plays it
1 breaking, 0 additive, 0 cosmetic; 2 answers against 2
`,
    ]);
  });

  it('ends in 1 for what is new only with --strict', async () => {
    await edit(text, '"request-id"', '"anthropic-mood": "calm", "request-id"');
    expect([(await compare()).code, (await compare('--strict')).code]).toEqual([0, 1]);
  });

  it('ends in 3 where an answer is missing, and says which', async () => {
    rmSync(join(cwd, 'new', limited));
    const { code, out } = await compare();
    expect([code, out.split('\n')]).toEqual([
      3,
      [
        'only a part could be compared: 0 breaking, 0 additive, 0 cosmetic; 1 answer against 2',
        'without a new answer: anthropic-messages/rate-limited',
        '',
      ],
    ]);
  });

  it('says first where nothing could be compared', async () => {
    const { code, out } = await compare('--only', 'anthropic-messages/text', '--only', '!anthropic-messages/text');
    expect([code, out.split('\n')[0]]).toEqual([3, 'nothing could be compared: 0 breaking, 0 additive, 0 cosmetic; 0 answers against 2']);
  });

  it('lists the formats once, and says which one was meant where it is a slip', async () => {
    const [unknown, slip] = [await compare('--format', 'nope'), await compare('--format', 'jsn')];
    const hints = [unknown, slip].map(({ err }) => err.split('\n').filter((line) => line.includes('hint')));
    expect([unknown.err.match(/junit/g)?.length, hints]).toEqual([1, [[], ['    hint      did you mean "json"?']]]);
  });

  it.each(['console', 'github', 'html', 'json', 'junit', 'markdown', 'sarif'])(
    'shows nothing of the wire unescaped as %s',
    async (format) => {
      await edit(limited, '\\"request_id\\":', '\\"x\\\\u001b[31m\\\\n::error::\\\\n</pre>\\":1,\\"request_id\\":', '"error-envelope"');
      const { code, out } = await compare('--format', format);
      expect(code).toBe(0);
      expect([out.includes('\u001b'), out.split('\n').includes('::error::')]).toEqual([false, false]);
    },
  );

  it('ends in 2 for an edited baseline, nothing at all, and no directory', async () => {
    writeFileSync(join(cwd, 'old', text), readFileSync(join(cwd, 'old', text), 'utf8').replace('"status": 200', '"status": 201'));
    mkdirSync(join(cwd, 'empty'));
    const codes = [
      await compare(),
      await cli('--baseline', 'empty', '--against', 'new'),
      await cli('--baseline', 'none', '--against', 'new'),
    ];
    expect(codes.map(({ code, out }) => [code, out])).toEqual([
      [2, ''],
      [2, ''],
      [2, ''],
    ]);
    expect(codes.every(({ err }) => err.includes('expected'))).toBe(true);
    expect(codes.map(({ err }) => err.includes('    hint      wireproof record writes recordings.\n'))).toEqual([false, true, true]);
  });

  it.each([
    [[], 'expected a directory of exchanges or recordings, or --sdk PACKAGE@X..Y'],
    [['--baseline', 'old'], 'expected one of --upstream URL and --against DIR beside it'],
    [['--sdk', 'openia@6.48.0..6.49.0'], 'did you mean "openai"?'],
    [['--sdk', 'openai@6.48.0'], 'openai@X..Y with two exact versions'],
    [['--sdk', 'openai@6.48.0..6.49.0', '--baseline', 'old', '--strict'], '--baseline, --strict'],
    [['--sdk', 'openai@6.48.0..6.49.0', '--format', 'junit'], 'expected console, json'],
    [['--baseline', 'old', '--against', 'new', '--three-way', 'openai@6'], 'openai@X with an exact version'],
    [['--baseline', 'old', '--against', 'new', '--samples', '2'], '--upstream for these flags'],
    [['--baseline', 'old', '--against', 'new', '--format', 'xml'], 'actual "xml"'],
    [['--baseline', 'old', '--against', 'new', '--format', 'json', '--format', 'junit'], 'expected standard output for one format'],
    [['--baseline', 'old', '--against', 'new', '--format', 'json=no/where.json'], 'no such folder'],
  ])('%j ends in 2 and says why', async (argv, message) => {
    const { code, out, err } = await cli(...argv);
    const told = err.replaceAll(/ +/g, ' ');
    expect({ code, out, told: told.includes(message) ? '' : told }).toEqual({ code: 2, out: '', told: '' });
  });

  it('writes formats to files beside the console', async () => {
    const { code, out } = await compare('--format', 'json=drift.json', '--format', 'junit=drift.xml');
    const { schema, counts } = JSON.parse(readFileSync(join(cwd, 'drift.json'), 'utf8')) as Record<string, unknown>;
    expect([code, out, schema, counts, readFileSync(join(cwd, 'drift.xml'), 'utf8').slice(0, 5)]).toEqual([
      0,
      '0 breaking, 0 additive, 0 cosmetic; 2 answers against 2\n',
      'wireproof.drift/v1',
      { breaking: 0, additive: 0, cosmetic: 0 },
      '<?xml',
    ]);
  });
});
