import { describe, expect, it } from 'vitest';

import { briefBody, briefJson, briefOutput, cleaner } from './brief.ts';

describe('what is kept', () => {
  it('names what is secret, of this machine or of this run', () => {
    const clean = cleaner({ key: '<key>', 'key-that-is-longer': '<other key>', '': 'never' });
    const text =
      'key key-that-is-longer 0f8fad5b-d9cb-469f-a165-70867728950e 2026-11-22T22:16:08.123Z http://127.0.0.1:4321/v1 localhost:80 ' +
      'ab'.repeat(32);
    expect(clean(text)).toBe('<key> <other key> <uuid> <time> http://127.0.0.1:<port>/v1 localhost:<port> <hash>');
  });

  it('has tools by name, the ends of lists and of long texts the length', () => {
    const body = {
      model: 'm',
      tools: [{ type: 'function', function: { name: 'a', parameters: {} } }, { name: 'b', input_schema: {} }, { type: 'web_search' }],
      messages: [1, 2, 3, 4, 5],
      system: 'x'.repeat(200),
    };
    expect(briefJson(body)).toEqual({
      model: 'm',
      tools: ['a', 'b', 'web_search'],
      messages: [1, 2, '… 2 more', 5],
      system: '<200 characters>',
    });
  });

  it('has the names of Gemini too', () => {
    const tools = [{ functionDeclarations: [{ name: 'a' }, { name: 'b' }] }];
    expect(briefJson({ tools })).toEqual({ tools: [{ functionDeclarations: ['a', 'b'] }] });
  });

  it.each([
    ['nothing', '', undefined],
    ['JSON', '{"a":1}', { a: 1 }],
    ['a short text', 'data: x', 'data: x'],
    [
      'a long text',
      `${'a'.repeat(700)}${'b'.repeat(9)}${'c'.repeat(700)}`,
      `${'a'.repeat(700)}\n… 9 more characters …\n${'c'.repeat(700)}`,
    ],
  ])('of a body that is %s', (_what, text, expected) => {
    expect(briefBody(text)).toEqual(expected);
  });

  it('of an output is its end, without colours, and control characters as escapes', () => {
    expect(briefOutput('\u001B[31mred\u001B[0m\u001B]0;title\u0007 and \u0000\r\nmore\n')).toBe(String.raw`red and \x00` + '\nmore');
    expect(briefOutput(`${'a'.repeat(10)}${'b'.repeat(1_200)}`)).toBe(`… 10 characters before\n${'b'.repeat(1_200)}`);
  });
});
