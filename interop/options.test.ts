import { describe, expect, it } from 'vitest';

import { readOptions } from './options.ts';

const read = (...args: readonly string[]) => readOptions(args, ['one', 'two'], ['openai-chat', 'gemini-generate']);

describe('the flags', () => {
  it('choose everything when they choose nothing', () => {
    expect(read()).toEqual({ suites: ['one', 'two'], upstreams: ['openai-chat', 'gemini-generate'], write: false, help: false });
  });

  it('choose suites and upstreams', () => {
    expect(read('--suite', 'two', '--upstream', 'gemini-generate')).toEqual({
      suites: ['two'],
      upstreams: ['gemini-generate'],
      write: false,
      help: false,
    });
  });

  it.each([
    [['--suite', 'three'], 'no suite three; there are one, two'],
    [['--upstream', 'codex'], 'no upstream codex; there are openai-chat, gemini-generate'],
    [['--write', '--suite', 'one'], '--write needs a whole run: leave out --suite and --upstream'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j are refused', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
