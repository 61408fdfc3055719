import { describe, expect, it } from 'vitest';

import { parseSdkRange, parseSdkVersion } from './sdk-range.ts';

describe('parseSdkRange', () => {
  it.each([
    ['openai@6.48.0..6.49.0', { package: 'openai', before: '6.48.0', after: '6.49.0' }],
    ['@anthropic-ai/sdk@1.0.0-beta.1..1.0.0', { package: '@anthropic-ai/sdk', before: '1.0.0-beta.1', after: '1.0.0' }],
    ['@google/genai@2.30.0..2.32.0', { package: '@google/genai', before: '2.30.0', after: '2.32.0' }],
  ])('reads %s', (text, range) => {
    expect(parseSdkRange(text)).toEqual(range);
  });

  it.each([
    ['openia@6.48.0..6.49.0', 'openai, @anthropic-ai/sdk, @google/genai'],
    ['', 'openai, @anthropic-ai/sdk, @google/genai'],
    ['openai', 'openai@X..Y with two exact versions'],
    ['openai@6.48.0', 'openai@X..Y with two exact versions'],
    ['openai@6.48.0..', 'openai@X..Y with two exact versions'],
    ['openai@6..7', 'openai@X..Y with two exact versions'],
    ['openai@latest..6.49.0', 'openai@X..Y with two exact versions'],
    ['openai@6.48.0..6.49.0..6.50.0', 'openai@X..Y with two exact versions'],
    ['openai@6.48.0..6.49.0 --global', 'openai@X..Y with two exact versions'],
    ['@anthropic-ai/sdk', '@anthropic-ai/sdk@X..Y with two exact versions'],
  ])('refuses %j', (text, expected) => {
    expect(() => parseSdkRange(text)).toThrow(
      expect.objectContaining({
        code: 'usage',
        problems: [expect.objectContaining({ where: '--sdk', expected, actual: JSON.stringify(text) })],
      }),
    );
  });
});

describe('parseSdkVersion', () => {
  it.each([
    ['openai@6.49.0', { package: 'openai', version: '6.49.0' }],
    ['@google/genai@2.32.0', { package: '@google/genai', version: '2.32.0' }],
  ])('reads %s', (text, read) => {
    expect(parseSdkVersion(text, '--three-way')).toEqual(read);
  });

  it.each([
    ['openia@6.49.0', 'openai, @anthropic-ai/sdk, @google/genai'],
    ['@google/genai', '@google/genai@X with an exact version'],
    ['openai@latest', 'openai@X with an exact version'],
    ['openai@6.48.0..6.49.0', 'openai@X with an exact version'],
  ])('refuses %j', (text, expected) => {
    const problem = expect.objectContaining({ where: '--three-way', expected, actual: JSON.stringify(text) });
    expect(() => parseSdkVersion(text, '--three-way')).toThrow(expect.objectContaining({ code: 'usage', problems: [problem] }));
  });
});
