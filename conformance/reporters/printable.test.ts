import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { printable, printableLines, safeJson, shortened, valueText } from './printable.ts';

describe('printable', () => {
  it('shows control characters, direction marks and lone surrogates', () => {
    expect(printable('a\x1b[31m\x07\r\n\x9b\u202e\ud800\ufffe\u00e9😀')).toBe(
      'a\\x1b[31m\\x07\\x0d\\x0a\\x9b\\u202e\\ud800\\ufffe\u00e9😀',
    );
  });

  it('keeps line feeds and tabs where lines are wanted', () => {
    expect(printableLines('a\n\tb\r\x00')).toBe('a\n\tb\\x0d\\x00');
  });

  it('shows marks that nobody sees, and those of all planes', () => {
    expect(printable('a\u00adb\u061cc\u2060d\u180ee\u{e0041}f')).toBe('a\\xadb\\u061cc\\u2060d\\u180ee\\u{e0041}f');
  });

  it.each([
    ['##[stop-commands]x', '\\x23#[stop-commands]x'],
    ['a ###[add-mask]e', 'a #\\x23#[add-mask]e'],
    ['##vso[task.setvariable variable=PATH]/x', '\\x23#vso[task.setvariable variable=PATH]/x'],
    ['##VSO[task.complete]', '\\x23#VSO[task.complete]'],
    ['##teamcity[buildStop]', '\\x23#teamcity[buildStop]'],
    ['## a heading, and #[1]', '## a heading, and #[1]'],
  ])('lets no text command the CI that keeps the log: %s', (text, shown) => {
    expect([printable(text), printableLines(text), valueText(text)]).toEqual([shown, shown, `"${shown}"`]);
  });

  it('leaves nothing in any text that a terminal would act on', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\u2028-\u202e]/u);
      }),
    );
  });
});

describe('valueText', () => {
  it.each([
    [undefined, '(none)'],
    [null, 'null'],
    [400, '400'],
    ['\x1b[2J\x7f', '"\\x1b[2J\\x7f"'],
    ['a\\u001bb', '"a\\\\u001bb"'],
    [{ body: 'line\nline' }, '{"body":"line\\nline"}'],
  ])('%j becomes %s', (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  it('is bounded', () => {
    expect(valueText('x'.repeat(10_000))).toHaveLength('… (9402 more characters)'.length + 600);
    expect(shortened('abc', 2)).toBe('ab… (1 more characters)');
  });
});

describe('safeJson', () => {
  it('means the same, and holds nothing that a terminal or a CI acts on', () => {
    const value = { text: '\x1b[2J\x9b\u202e\u00ad\u{e0041}##[add-mask]e ##vso[task.complete]', ids: ['##[', '##'] };
    const json = safeJson(value);
    expect(JSON.parse(json)).toEqual(value);
    expect(json).toMatch(/^[ -~]*$/);
    expect(json).not.toMatch(/##(?:vso)?\[/);
  });
});
