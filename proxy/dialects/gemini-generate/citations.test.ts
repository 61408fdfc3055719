import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Loss } from '../../ir/loss.ts';
import { byteOffsets, characterAt } from './byte-offsets.ts';
import { readCitations, writeCitations, type CitedText } from './citations.ts';
import geminiGenerate from './index.ts';

const url = 'https://example.com';
const cited = (segment: object) => ({
  groundingMetadata: { groundingChunks: [{ web: { uri: url } }], groundingSupports: [{ segment, groundingChunkIndices: [0] }] },
});
const read = (candidate: object, texts: readonly CitedText[]) => {
  const losses: Loss[] = [];
  return { found: readCitations({ ...candidate }, texts, losses), losses };
};

describe('the place of a citation', () => {
  const texts = [
    { text: 'größer ', partIndex: 1 },
    { text: '€ Berlin', partIndex: 3 },
  ];

  it.each([
    ['through all of the text', { startIndex: 13, endIndex: 19 }, 1, { start: 2, end: 8 }],
    ['in the text in which it begins', { startIndex: 2, endIndex: 13 }, 0, { start: 2, end: 7 }],
    ['in the part that is named', { partIndex: 3, startIndex: 4, endIndex: 10 }, 1, { start: 2, end: 8 }],
    ['in the last text when it is beyond all', { startIndex: 99, endIndex: 100 }, 1, { start: 8, end: 8 }],
    ['from the start when that is left out', { endIndex: 3 }, 0, { start: 0, end: 2 }],
  ])('is found %s', (_, segment, at, range) => {
    expect(read(cited(segment), texts)).toEqual({ found: [{ at, citation: { url, range } }], losses: [] });
  });

  it('is all of the text for what is not attributed', () => {
    const found = [{ at: 0, citation: { url } }];
    expect(read({ groundingMetadata: { groundingChunks: [{ web: { uri: url } }] } }, texts)).toEqual({ found, losses: [] });
    expect(read({ citationMetadata: { citationSources: [{ uri: url }] } }, texts)).toEqual({ found, losses: [] });
  });

  it('needs a text', () => {
    expect(read(cited({ endIndex: 3 }), [])).toEqual({
      found: [],
      losses: [{ path: 'candidates[0]', why: 'there is no text to which the citations belong' }],
    });
  });

  it('is read again where it was written, in whatever text', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), fc.nat(2), fc.nat(8), fc.nat(8), (all, which, from, more) => {
        const at = which % all.length;
        const length = Array.from(all[at] ?? '').length;
        const start = from % length;
        const citation = { url, range: { start, end: start + (more % (length - start)) + 1 } };
        const written = writeCitations(all.map((one, index) => ({ text: one, citations: index === at ? [citation] : [] })));
        expect(
          read(
            written,
            all.map((one) => ({ text: one })),
          ),
        ).toEqual({ found: [{ at, citation }], losses: [] });
      }),
    );
  });
});

describe('bytes and characters', () => {
  it('are counted as UTF-8 is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, which) => {
        const characters = Array.from(text);
        const expected = [0, ...characters.map((_, at) => Buffer.byteLength(characters.slice(0, at + 1).join('')))];
        const offsets = byteOffsets(text);
        expect([...offsets]).toEqual(expected);
        const at = which % expected.length;
        expect(characterAt(offsets, expected[at] ?? 0)).toBe(at);
      }),
    );
  });
});

describe('what Gemini says of its sources and others cannot', () => {
  it('is declared', () => {
    const candidate = {
      citationMetadata: {
        citationSources: [{ uri: url, license: 'mit' }, { license: 'mit' }],
        citations: [{ uri: url, publicationDate: { year: 2026 } }],
      },
      groundingMetadata: { searchEntryPoint: { renderedContent: '<p>' }, groundingChunks: [{ maps: { uri: url } }] },
    };
    const { found, losses } = read(candidate, [{ text: 'x' }]);
    expect(found).toHaveLength(2);
    expect(losses.map(({ path }) => path)).toEqual([
      'candidates[0].groundingMetadata.searchEntryPoint',
      'candidates[0].groundingMetadata.groundingChunks[0]',
      'candidates[0].citationMetadata.citationSources[0].license',
      'candidates[0].citationMetadata.citationSources[1]',
      'candidates[0].citationMetadata.citations[0].publicationDate',
    ]);
  });
});

describe('a stream', () => {
  it('gives the citations of the text that is open when they come, and no others', () => {
    const decoder = geminiGenerate.newStreamDecoder();
    const chunks = [
      { candidates: [{ content: { parts: [{ text: 'First.' }] } }] },
      { candidates: [{ content: { parts: [{ text: 'hm', thought: true }] } }] },
      { candidates: [{ content: { parts: [{ text: 'Second.' }] } }] },
      {
        candidates: [
          {
            finishReason: 'STOP',
            groundingMetadata: {
              groundingChunks: [{ web: { uri: url } }],
              groundingSupports: [
                { segment: { endIndex: 6 }, groundingChunkIndices: [0] },
                { segment: { startIndex: 6, endIndex: 12 }, groundingChunkIndices: [0] },
              ],
            },
          },
        ],
      },
    ];
    const events = [...chunks.flatMap((data) => decoder.push({ data: JSON.stringify(data) })), ...decoder.finish()];
    expect(events.filter(({ kind }) => kind === 'citation' || kind === 'part-end')).toEqual([
      { kind: 'part-end', index: 0 },
      { kind: 'part-end', index: 1 },
      { kind: 'citation', index: 2, citation: { url, range: { start: 0, end: 6 } } },
      { kind: 'part-end', index: 2 },
    ]);
  });
});
