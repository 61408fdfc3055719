import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../ir/chat.ts';
import geminiGenerate from './index.ts';

const encode = (...events: ChatEvent[]) => {
  const encoder = geminiGenerate.newStreamEncoder({ model: 'shown', createdAt: 0, wantsUsage: true });
  const wire = [...events.flatMap((event) => encoder.push(event)), ...encoder.finish()];
  return wire.map(({ event, data }) => ({ event, value: JSON.parse(data) as unknown }));
};
const decode = (...wire: unknown[]) => {
  const decoder = geminiGenerate.newStreamDecoder();
  return { read: wire.flatMap((value) => decoder.push({ data: JSON.stringify(value) })), owed: decoder.finish() };
};

const written = (part: object, more: object = {}, top: object = {}) => ({
  event: undefined,
  value: {
    candidates: [{ content: { role: 'model', parts: [part] }, index: 0, ...more }],
    modelVersion: 'shown',
    responseId: 'r1',
    ...top,
  },
});

describe('writing a stream', () => {
  it('writes text in pieces, a call whole, and the end last, though parts interleave', () => {
    const chunks = encode(
      { kind: 'start', id: 'r1', model: 'upstream' },
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'part-start', index: 1, part: 'tool-call', id: 'c', name: 'lookup' },
      { kind: 'delta', index: 1, text: '{"city"' },
      { kind: 'delta', index: 0, text: 'Let me' },
      { kind: 'delta', index: 0, text: ' see.' },
      { kind: 'delta', index: 1, text: ':"Berlin"}' },
      { kind: 'part-end', index: 1 },
      { kind: 'part-end', index: 0 },
      { kind: 'stop', reason: 'tool-calls', raw: 'tool_use', usage: { input: 10, output: 5, reasoning: 2 } },
    );
    expect(chunks).toStrictEqual([
      written({ text: 'Let me' }),
      written({ text: ' see.' }),
      written({ functionCall: { id: 'c', name: 'lookup', args: { city: 'Berlin' } } }),
      written(
        { text: '' },
        { finishReason: 'STOP' },
        {
          usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 3, thoughtsTokenCount: 2, totalTokenCount: 15 },
        },
      ),
    ]);
  });

  it('puts the signature of silent reasoning on the next part, and carries a foreign one', () => {
    const chunks = encode(
      { kind: 'start', id: 'r1', model: 'm' },
      { kind: 'part-start', index: 0, part: 'reasoning' },
      { kind: 'delta', index: 0, text: 'hm' },
      { kind: 'signature', index: 0, issuer: 'anthropic-messages', value: 'theirs' },
      { kind: 'part-end', index: 0 },
      { kind: 'part-start', index: 1, part: 'reasoning' },
      { kind: 'signature', index: 1, issuer: 'gemini-generate', value: 'ours' },
      { kind: 'part-end', index: 1 },
      { kind: 'part-start', index: 2, part: 'tool-call', id: 'c', name: 't' },
      { kind: 'part-end', index: 2 },
    );
    const carried = Buffer.from('wireproof-carried:anthropic-messages:theirs').toString('base64');
    expect(chunks).toStrictEqual([
      written({ text: 'hm', thought: true }),
      written({ text: '', thought: true, thoughtSignature: carried }),
      written({ functionCall: { id: 'c', name: 't', args: {} }, thoughtSignature: 'ours' }),
    ]);
  });

  it('keeps what a cut-off call had for arguments', () => {
    const chunks = encode(
      { kind: 'start', id: 'r1', model: 'm' },
      { kind: 'part-start', index: 0, part: 'tool-call', id: 'c', name: 't' },
      { kind: 'delta', index: 0, text: '{"a' },
      { kind: 'stop', reason: 'length' },
    );
    expect(chunks).toStrictEqual([
      written({ functionCall: { id: 'c', name: 't', args: { _raw: '{"a' } } }),
      written({ text: '' }, { finishReason: 'MAX_TOKENS' }),
    ]);
  });

  it('ends a failed stream with an unnamed error event and nothing after it', () => {
    const chunks = encode(
      { kind: 'start', id: 'r1', model: 'm' },
      { kind: 'error', error: { status: 429, message: 'slow down' } },
      { kind: 'stop', reason: 'end' },
    );
    expect(chunks).toStrictEqual([
      { event: undefined, value: { error: { code: 429, message: 'slow down', status: 'RESOURCE_EXHAUSTED' } } },
    ]);
  });
});

const chunk = (candidate: object, more: object = {}) => ({ candidates: [candidate], responseId: 'r1', modelVersion: 'm', ...more });
const say = (...parts: object[]) => chunk({ content: { role: 'model', parts } });
const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 1, totalTokenCount: 6 };
const start = { kind: 'start', id: 'r1', model: 'm' };

describe('reading a stream', () => {
  it('joins text, takes calls whole, and stops as soon as usage is there', () => {
    const { read, owed } = decode(
      say({ text: 'h', thought: true }),
      say({ text: 'm', thought: true }),
      say({ text: 'o' }, { text: 'k' }),
      say({ functionCall: { name: 't', args: { a: 1 } }, thoughtSignature: 'sig' }),
      chunk({ content: { parts: [{ text: '' }] }, finishReason: 'STOP' }, { usageMetadata }),
    );
    expect(read).toStrictEqual([
      start,
      { kind: 'part-start', index: 0, part: 'reasoning' },
      { kind: 'delta', index: 0, text: 'h' },
      { kind: 'delta', index: 0, text: 'm' },
      { kind: 'part-end', index: 0 },
      { kind: 'part-start', index: 1, part: 'text' },
      { kind: 'delta', index: 1, text: 'o' },
      { kind: 'delta', index: 1, text: 'k' },
      { kind: 'part-end', index: 1 },
      { kind: 'part-start', index: 2, part: 'reasoning' },
      { kind: 'signature', index: 2, issuer: 'gemini-generate', value: 'sig' },
      { kind: 'part-end', index: 2 },
      { kind: 'part-start', index: 3, part: 'tool-call', id: 'call_r1_2', name: 't' },
      { kind: 'delta', index: 3, text: '{"a":1}' },
      { kind: 'part-end', index: 3 },
      { kind: 'stop', reason: 'tool-calls', raw: 'STOP', usage: { input: 5, output: 1 } },
    ]);
    expect(owed).toStrictEqual([]);
  });

  it('waits for usage that comes after the finish reason', () => {
    const { read, owed } = decode(chunk({ finishReason: 'STOP' }), { usageMetadata });
    expect(read).toStrictEqual([start, { kind: 'stop', reason: 'end', raw: 'STOP', usage: { input: 5, output: 1 } }]);
    expect(owed).toStrictEqual([]);
  });

  it.each([
    ['the last usage before it', [{ ...say({ text: 'a' }), usageMetadata }], { usage: { input: 5, output: 1 } }],
    ['none', [say({ text: 'a' })], {}],
  ])('stops at the end of the stream when no usage follows the finish reason: %s', (_which, before, usage) => {
    const { read, owed } = decode(...before, chunk({ finishReason: 'MAX_TOKENS' }));
    expect(read).toStrictEqual([start, { kind: 'part-start', index: 0, part: 'text' }, { kind: 'delta', index: 0, text: 'a' }]);
    expect(owed).toStrictEqual([
      { kind: 'part-end', index: 0 },
      { kind: 'stop', reason: 'length', raw: 'MAX_TOKENS', ...usage },
    ]);
  });

  it('makes no stop of a stream without a finish reason', () => {
    const { read, owed } = decode({ ...say({ text: 'a' }), usageMetadata });
    expect(read).toStrictEqual([start, { kind: 'part-start', index: 0, part: 'text' }, { kind: 'delta', index: 0, text: 'a' }]);
    expect(owed).toStrictEqual([]);
  });

  it('reads a blocked prompt as a refusal', () => {
    const { read, owed } = decode({ promptFeedback: { blockReason: 'SAFETY' }, responseId: 'r1', modelVersion: 'm' });
    expect([...read, ...owed]).toStrictEqual([start, { kind: 'stop', reason: 'refusal', raw: 'SAFETY' }]);
  });

  it.each([
    ['alone', { error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }],
    ['in an array', [{ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }]],
  ])('reads an error %s, and nothing after it', (_how, error) => {
    const { read, owed } = decode(error, chunk({ finishReason: 'STOP' }, { usageMetadata }));
    expect([...read, ...owed]).toStrictEqual([{ kind: 'error', error: { status: 503, message: 'busy', code: 'UNAVAILABLE' } }]);
  });

  it('turns what is no JSON into an error', () => {
    expect(geminiGenerate.newStreamDecoder().push({ data: '<html>' })).toStrictEqual([
      { kind: 'error', error: { status: 502, code: 'upstream_bad_answer', message: 'an event of the upstream is not a JSON object' } },
    ]);
  });
});
