import { describe, expect, it } from 'vitest';

import { loadExplanations, readExplanations } from './explained.ts';
import { compatcanary } from './suites/compatcanary.ts';
import { llmprobe } from './suites/llmprobe.ts';

const text = (more: string): string => `
- suite: llmprobe
  findings: [some-check]
  upstreams: [openai-chat]
  whose: suite
  because: It asks for what the vendor does not document anywhere.
  documentation: [https://example.test/docs]
${more}`;

describe('the explanations', () => {
  it('are read from YAML', () => {
    expect(readExplanations(text('  says: a word'))).toEqual([
      {
        suite: 'llmprobe',
        findings: ['some-check'],
        upstreams: ['openai-chat'],
        says: 'a word',
        whose: 'suite',
        because: 'It asks for what the vendor does not document anywhere.',
        documentation: ['https://example.test/docs'],
      },
    ]);
  });

  it.each([
    ['a field that nobody knows', '  sayz: a word'],
    ['an upstream that nobody knows', text('').replace('openai-chat', 'openai-chats')],
    ['no documentation', text('').replace('[https://example.test/docs]', '[]')],
    ['documentation that is no link', text('').replace('https://example.test/docs', 'the docs')],
    ['hardly a reason', text('').replace(/because: .*/, 'because: theirs')],
  ])('are refused with %s', (_what, wrong) => {
    expect(() => readExplanations(wrong.startsWith('\n') ? wrong : text(wrong))).toThrow(Error);
  });

  it('that are kept name a suite that runs, and no finding twice for one upstream', () => {
    const known = loadExplanations();
    const suites = [compatcanary.name, llmprobe.name];
    expect(known.filter(({ suite }) => !suites.includes(suite))).toEqual([]);
    const all = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'];
    const places = known.flatMap(({ suite, findings, upstreams, says = '' }) =>
      findings.flatMap((id) => (upstreams === 'all' ? all : upstreams).map((upstream) => `${suite} ${upstream} ${id} ${says}`)),
    );
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });
});
