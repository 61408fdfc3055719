import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { ToolError } from '../../errors.ts';
import { checkDestination } from './check-destination.ts';
import { prepareDestinations } from './prepare.ts';

const folder = await mkdtemp(join(tmpdir(), 'wireproof-destinations-'));
await writeFile(join(folder, 'key'), ' key-in-a-file \n');
await writeFile(join(folder, 'empty'), '\n');
await writeFile(join(folder, 'words'), 'two words');
await writeFile(join(folder, 'large'), 'x'.repeat(20_000));
afterAll(() => rm(folder, { recursive: true }));

const env = {
  HOOK: 'https://hooks.example/x',
  LONG: 'https://me:pass%3Aword@hooks.example/webhooks-of-us/T0/a%20secret-of-the-path?token=of%2Bthe-query&v=1',
  NOT_AN_ADDRESS: 'hooks.example/secret',
  EMPTY: ' ',
};
const check = (kind: string, settings: Readonly<Record<string, unknown>>) => checkDestination({ name: 'one', kind, settings }, env, folder);

describe('settings of a destination', () => {
  it('may be fine, and say what is secret in them', async () => {
    expect(await check('slack', { 'url-env': 'HOOK', 'timeout-seconds': 5 })).toEqual({
      problems: [],
      secrets: ['https://hooks.example/x'],
    });
    const { secrets } = await check('webhook', { 'url-env': 'LONG' });
    expect(secrets).toEqual([
      env.LONG,
      '/webhooks-of-us/T0/a%20secret-of-the-path?token=of%2Bthe-query&v=1',
      '/webhooks-of-us/T0/a%20secret-of-the-path',
      'pass%3Aword',
      'pass:word',
      'a%20secret-of-the-path',
      'a secret-of-the-path',
      'of+the-query',
    ]);
    expect(await check('pagerduty', { 'routing-key-file': 'key' })).toEqual({ problems: [], secrets: ['key-in-a-file'] });
    expect(await check('alertmanager', { url: 'http://127.0.0.1:9093' })).toEqual({ problems: [], secrets: [] });
  });

  it.each([
    ['a kind that there is not', 'pager', {}, [{ path: ['kind'], expected: 'alertmanager, pagerduty, slack, webhook', actual: '"pager"' }]],
    [
      'no address at all',
      'webhook',
      {},
      [{ path: [], expected: 'url-env or url-file', actual: 'neither', hint: 'name the variable or the file that has it' }],
    ],
    [
      'a variable that is not set',
      'slack',
      { 'url-env': 'GONE' },
      [{ path: ['url-env'], expected: 'environment variable GONE', actual: 'not set', hint: 'set it: export GONE=…' }],
    ],
    [
      'a variable that is empty',
      'slack',
      { 'url-env': 'EMPTY' },
      [{ path: ['url-env'], expected: 'environment variable EMPTY', actual: 'set, but empty', hint: 'set it: export EMPTY=…' }],
    ],
    [
      'an address that is none, and secret',
      'slack',
      { 'url-env': 'NOT_AN_ADDRESS' },
      [{ path: ['url-env'], expected: 'an http or https URL', actual: 'something else (not shown)' }],
    ],
    [
      'two places for one secret',
      'slack',
      { 'url-env': 'HOOK', 'url-file': 'key' },
      [{ path: ['url-file'], expected: 'url-env or url-file', actual: 'both', hint: 'take one of them out' }],
    ],
    [
      'an empty file',
      'pagerduty',
      { 'routing-key-file': 'empty' },
      [
        {
          path: ['routing-key-file'],
          expected: 'a secret and nothing else',
          actual: 'an empty file',
          hint: `put the secret alone into ${join(folder, 'empty')}`,
        },
      ],
    ],
    [
      'several things at once, without a value of them',
      'pagerduty',
      { 'routing-key': 'R0UT1NGKEY', url: 'ftp://x', 'timeout-seconds': 0, 'routing-key-file': 'words' },
      [
        { path: ['url'], expected: 'an http or https URL', actual: 'something else (not shown)' },
        { path: ['timeout-seconds'], expected: '1 to 60 seconds', actual: 'something else (not shown)' },
        { path: [], expected: 'only keys of its kind', actual: 'routing-key' },
        {
          path: ['routing-key-file'],
          expected: 'a secret and nothing else',
          actual: 'more than one word',
          hint: `put the secret alone into ${join(folder, 'words')}`,
        },
      ],
    ],
    [
      'a file that is no secret',
      'pagerduty',
      { 'routing-key-file': 'large' },
      [
        {
          path: ['routing-key-file'],
          expected: 'a file of at most 16384 bytes',
          actual: '20000 bytes',
          hint: `put the secret alone into ${join(folder, 'large')}`,
        },
      ],
    ],
  ])('%s', async (_, kind, settings, problems) => {
    expect((await check(kind, settings)).problems).toEqual(problems);
  });

  it('are all told at once when they are used', async () => {
    const wrong = [
      { name: 'a', kind: 'slack', settings: {} },
      { name: 'b', kind: 'webhook', settings: { url: 'http://127.0.0.1' } },
      { name: 'c', kind: 'none', settings: {} },
    ];
    const error: unknown = await prepareDestinations(wrong, { env, folder }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).problems.map(({ where }) => where)).toEqual(['destinations.a', 'destinations.c.kind']);
  });
});
