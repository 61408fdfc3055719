import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ProxyLogLine } from '../options.ts';
import { Logging } from './logging.ts';
import { SecretBook } from './secret-book.ts';

/** A line is looked at once, and taken apart only where a secret may be in it. No secret may leave because of that. */

const secrets = [
  'plain-secret-1',
  'quo"te-secret',
  String.raw`back\slash-secret`,
  'é😀-ünicode-secret',
  'a b&c=d/secret?',
  "it's-(a)-secret*",
  'tab\tsecret-\u2028',
] as const;

const logged = (line: ProxyLogLine, known: readonly string[] = secrets): ProxyLogLine | undefined => {
  const out: ProxyLogLine[] = [];
  const logging = new Logging({ now: () => 5, out: (one) => out.push(one) });
  logging.secrets.learn(known);
  logging.log(line);
  return out[0];
};

const info = (message: string, fields: ProxyLogLine['fields'] = {}): ProxyLogLine => ({ level: 'info', message, fields });

const inJson = (secret: string): string => JSON.stringify(secret).slice(1, -1);

const spellings: readonly (readonly [string, (secret: string) => string])[] = [
  ['as it is', (secret) => secret],
  ['as a URL has it', encodeURIComponent],
  ['as JSON has it', inJson],
];

const cases = secrets.flatMap((secret) => spellings.map(([how, spell]) => [secret, how, spell(secret)] as const));

describe('a secret leaves no line', () => {
  it.each(cases)('from the message: %j, %s', (_secret, _how, spelled) => {
    expect(logged(info(`before ${spelled} after`))).toEqual(info('before *** after'));
  });

  it.each(cases)('from a field: %j, %s', (_secret, _how, spelled) => {
    expect(logged(info('m', { detail: `before ${spelled} after`, count: 1 }))).toEqual(info('m', { detail: 'before *** after', count: 1 }));
  });

  it.each(cases)('from the name of a field: %j, %s', (_secret, _how, spelled) => {
    expect(logged(info('m', { [spelled]: 1 }))).toEqual(info('m', { '***': 1 }));
  });

  it.each(cases)('from what is within a field: %j, %s', (_secret, _how, spelled) => {
    expect(logged(info('m', { tree: [{ deep: `x${spelled}` }] }))).toEqual(info('m', { tree: [{ deep: 'x***' }] }));
  });

  it('from the text of an error', () => {
    expect(logged(info('m', { error: new Error('plain-secret-1') }))?.fields.error).toMatch(/^Error: \*\*\*\n/);
  });

  it('as taking every line apart would have it', () => {
    const spelled = fc.constantFrom(...cases.map(([, , text]) => text));
    const text = fc
      .array(fc.oneof(spelled, fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('"', '\\', '***')))
      .map((all) => all.join(''));
    const value = fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined));
    fc.assert(
      fc.property(text, fc.dictionary(text, value, { maxKeys: 4 }), (message, given) => {
        const fields = Object.fromEntries(Object.entries(given));
        const book = new SecretBook();
        book.learn(secrets);
        expect(logged(info(message, fields))).toEqual(info(book.blot(message), book.blotTree(fields) as ProxyLogLine['fields']));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a line without a secret', () => {
  it('is passed on as it is', () => {
    const line = info('plain', { text: 'short, é "quoted" \\ and 100 %', number: 1.5, yes: true, none: null, missing: undefined });
    expect(logged(line)).toBe(line);
    expect(logged(line, [])).toBe(line);
    expect(logged(line, ['short', 'plain'])).toBe(line);
  });
});

describe('the secret book', () => {
  const book = new SecretBook();
  book.learn([...secrets, 'short']);

  it.each(cases)('finds %j, %s, again and again', (_secret, _how, spelled) => {
    expect([book.isIn(`x${spelled}x`), book.isIn(`x${spelled}x`), book.isIn(spelled.slice(1))]).toEqual([true, true, false]);
  });

  it('finds nothing in other texts, and knows nothing at first', () => {
    expect([book.isIn('short'), book.isIn(''), new SecretBook().isIn('plain-secret-1')]).toEqual([false, false, false]);
  });

  it('learns what no URL can spell', () => {
    const odd = new SecretBook();
    odd.learn(['half-a-pair-\ud800']);
    expect(odd.blot('x half-a-pair-\ud800')).toBe('x ***');
  });
});
