import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ProxyLogLine } from '../options.ts';
import { LogBook } from './log-book.ts';
import { LogFiles } from './log-files.ts';
import { Logging } from './logging.ts';
import { SecretBook } from './secret-book.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (message: string): ProxyLogLine => ({ level: 'info', message, fields: {} });

describe('the secret book', () => {
  it('blots out what it has learnt, in any place of a line and as URLs spell it', () => {
    const book = new SecretBook();
    book.learn(['secret/with+signs', 'secret-one', 'secret-one-and-more', 'short']);
    expect(book.blot('secret-one, secret-one-and-more, secret%2Fwith%2Bsigns, secret/with+signs, short')).toBe('***, ***, ***, ***, short');
    const error = new Error('secret-one');
    expect(book.blotTree({ 'secret-one': [1, null, true, { deep: 'xsecret-onex' }], error })).toEqual({
      '***': [1, null, true, { deep: 'x***x' }],
      error: expect.stringMatching(/^Error: \*\*\*\n/) as unknown,
    });
  });

  it('knows secrets of earlier generations, and is bounded', () => {
    const book = new SecretBook();
    book.learn(['secret-of-old']);
    book.learn(Array.from({ length: 9_000 }, (_, index) => `secret-${index}`));
    expect(book.blot('secret-of-old')).toBe('***');
    book.learn(Array.from({ length: 2_000 }, (_, index) => `more-secret-${index}`));
    expect([book.blot('secret-of-old'), book.blot('more-secret-1999')]).toEqual(['secret-of-old', '***']);
  });
});

describe('the log book', () => {
  it('keeps the latest lines, and gives those after a place', () => {
    const book = new LogBook({ capacity: 3, now: () => 5 });
    for (let count = 1; count <= 20; count += 1) book.add(line(`line ${count}`));
    const kept = (after: number, limit: number): readonly string[] => book.since(after, limit).map(({ message }) => message);
    expect([kept(0, 10), kept(19, 10), kept(0, 1), kept(20, 10), book.latest]).toEqual([
      ['line 18', 'line 19', 'line 20'],
      ['line 20'],
      ['line 20'],
      [],
      20,
    ]);
    book.clear();
    expect([kept(0, 10), book.add(line('next')).sequence]).toEqual([[], 21]);
  });
});

describe('log files', () => {
  const filesOf = (directory: string): readonly string[] => readdirSync(directory).sort();
  const sizeOf = (directory: string): number => filesOf(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);

  it('are rotated, and all together keep to their bound', () => {
    const directory = join(folder, 'logs');
    const files = new LogFiles({ directory, maxTotalMb: 1, onFault: (error) => expect.fail(String(error)) });
    const kilobyte = 'x'.repeat(1_023);
    for (let count = 0; count < 2_500; count += 1) files.write(kilobyte);
    expect(sizeOf(directory)).toBeLessThanOrEqual(1_048_576);
    expect(filesOf(directory)).toContain('proxy.log');
    expect(filesOf(directory).length).toBeGreaterThan(1);
  });

  it('go on where the last run stopped', () => {
    writeFileSync(join(folder, 'proxy.log'), 'before\n');
    new LogFiles({ directory: folder, maxTotalMb: 0, onFault: () => undefined }).write('after');
    expect(readFileSync(join(folder, 'proxy.log'), 'utf8')).toBe('before\nafter\n');
  });

  it('that cannot be written are told of once, and end nothing', () => {
    writeFileSync(join(folder, 'logs'), 'no directory');
    const lines: ProxyLogLine[] = [];
    const logging = new Logging({ now: () => 5, out: (one) => lines.push(one), configPath: join(folder, 'config.yaml') });
    logging.configure({ debug: false, 'logging-to-file': true, 'logs-max-total-size-mb': 0 });
    logging.log(line('one'));
    logging.log(line('two'));
    expect(lines.map(({ message, fields }) => fields.event ?? message)).toEqual(['log-file-fault', 'one', 'two']);
  });
});

describe('levels', () => {
  it('lets debug lines pass while debug is on', () => {
    const lines: string[] = [];
    const logging = new Logging({ now: () => 5, out: ({ message }) => lines.push(message) });
    const config = { 'logging-to-file': false, 'logs-max-total-size-mb': 0 };
    for (const debug of [false, true]) {
      logging.configure({ ...config, debug });
      logging.log({ ...line(`debug ${debug}`), level: 'debug' });
    }
    expect(lines).toEqual(['debug true']);
  });
});
