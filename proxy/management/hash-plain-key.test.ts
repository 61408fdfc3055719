import { compareSync, hashSync } from 'bcryptjs';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { openProxy } from '../app.ts';
import type { RunningProxy } from '../app.ts';
import { parseConfig } from '../config/parse.ts';
import { parseYaml } from '../config/read.ts';
import type { ProxyLogLine } from '../options.ts';
import { hashPlainKey } from './hash-plain-key.ts';

const key = 'a-management-key-in-plain-text';

const open: RunningProxy[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ app }) => app.close()));
});

interface Outcome {
  readonly file: string;
  readonly inForce: string;
  readonly lines: readonly (readonly [string, unknown, unknown])[];
  readonly writes: number;
}

/** Starts a proxy on a file that lies in memory. */
const started = async (text: string, fault?: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> => {
  let file = text;
  let writes = 0;
  const read = (changed: string) => parseConfig(parseYaml(changed, 'config'), { env });
  const source = {
    path: '/srv/config.yaml',
    read: () => file,
    parse: read,
    write: (changed: string) => {
      writes += 1;
      if (fault !== undefined) return Promise.reject(Object.assign(new Error(fault), { code: fault }));
      file = changed;
      return Promise.resolve();
    },
  };
  const proxy = await openProxy(read(text), {}, { source });
  open.push(proxy);
  const lines: ProxyLogLine[] = [];
  await hashPlainKey({ ...proxy, log: (line) => void lines.push(line) });
  const inForce = proxy.live.current.parsed.config['remote-management']['secret-key'];
  return { file, inForce, lines: lines.map(({ level, fields }) => [level, fields['event'], fields['reason']]), writes };
};

const config = (secret: string, more = '  hash-secret-key: true\n'): string =>
  `# mine\nremote-management: # also mine\n  secret-key: ${secret}\n${more}`;

const secretIn = (text: string): string =>
  (parse(text) as { readonly 'remote-management': { readonly 'secret-key': string } })['remote-management']['secret-key'];

describe('a plain management key in the file', () => {
  it('is replaced by its hash, in the file and in force, and comments stay', async () => {
    const { file, inForce, lines } = await started(config(key));
    expect(compareSync(key, secretIn(file))).toBe(true);
    expect([inForce, file.includes(key), file.replace(/secret-key: .*/, 'secret-key: HASH')]).toEqual([
      secretIn(file),
      false,
      config('HASH'),
    ]);
    expect(lines).toEqual([['info', 'management-key-hashed', undefined]]);
  });

  it('stays, in the file and in force, where the disk does not take the hash, with a warning', async () => {
    const { file, inForce, lines } = await started(config(key), 'EROFS');
    expect([file, inForce]).toEqual([config(key), key]);
    expect(lines).toEqual([['warn', 'management-key-stays-plain', 'EROFS: the file system is mounted read-only']]);
  });

  it.each([
    ['nobody asked for the hash', config(key, '')],
    ['it is a hash already', config(JSON.stringify(hashSync(key, 4)))],
    ['it comes from the environment', config('${MANAGEMENT_KEY}')],
    ['bcrypt would cut it off', config('k'.repeat(73))],
    ['there is none', config('""')],
  ])('is left alone when %s', async (_why, text) => {
    const { file, lines, writes } = await started(text, undefined, { MANAGEMENT_KEY: key });
    expect([file, lines, writes]).toEqual([text, [], 0]);
  });

  it.each([undefined, 'EROFS'])('is hashed by the builds without a word, on a disk that says %s', async (fault) => {
    const text = `persona: cliproxyapi-2026-02\n${config(key, '')}`;
    const { file, lines } = await started(text, fault);
    expect([secretIn(file) === key, lines]).toEqual([fault !== undefined, []]);
  });
});
