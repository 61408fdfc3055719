import { expect, it } from 'vitest';

import type { ChatRequest, FilePart, ImagePart } from './chat.ts';
import { estimateTokens } from './estimate-tokens.ts';

it('counts an image or a file alike, in messages and in what tools returned, and texts by their bytes', () => {
  const file: FilePart = { kind: 'file', source: { kind: 'inline', mediaType: 'application/pdf', data: 'cGRm'.repeat(99) } };
  const image: ImagePart = { kind: 'image', source: { kind: 'url', url: 'https://example.test/a.png' } };
  const output = { form: 'parts', parts: [file, { kind: 'text', text: 'äöü' }, image] } as const;
  const request: ChatRequest = {
    model: 'm',
    stream: false,
    system: ['ab'],
    turns: [{ role: 'user', parts: [file, image, { kind: 'tool-result', callId: 'c', output, isError: false }] }],
    tools: [],
    wantsUsage: true,
    extensions: {},
  };
  expect(estimateTokens(request)).toBe(4 * 1600 + 2);
});
