import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { asEvents } from '../../ir/as-events.ts';
import type { ChatEvent, ChatResponse } from '../../ir/chat.ts';
import anthropicMessages from './index.ts';

/** The official client reads what the encoders write, byte by byte through its own `fetch` option. */

const about = { model: 'claude-sonnet-4-6', createdAt: 0, wantsUsage: true };
const text: ChatResponse = {
  id: 'msg_1',
  model: 'upstream',
  parts: [{ kind: 'text', text: 'Wireproof says ok, größer 😀.' }],
  stop: { reason: 'end' },
  usage: { input: 9, output: 4, cachedInput: 3 },
};
const toolCall: ChatResponse = {
  ...text,
  parts: [
    { kind: 'text', text: 'Let me look.' },
    { kind: 'tool-call', id: 'toolu_1', name: 'lookup', arguments: '{"city":"Berlin"}' },
    { kind: 'tool-call', id: 'toolu_2', name: 'now', arguments: '' },
  ],
  stop: { reason: 'tool-calls' },
};

const sourced: ChatResponse = {
  ...text,
  parts: [{ kind: 'text', text: 'Berlin is big.', citations: [{ url: 'https://example.com', title: 'Berlin' }] }],
};

const clientOf = (answer: () => Response) =>
  new Anthropic({ apiKey: 'k', baseURL: 'http://unused.invalid', maxRetries: 0, fetch: () => Promise.resolve(answer()) });
const question = { model: 'claude-sonnet-4-6', max_tokens: 16, messages: [{ role: 'user' as const, content: 'hi' }] };

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

/** One byte at a time is the worst chunking there is. */
const eventStream = (events: readonly ChatEvent[]) => {
  const encoder = anthropicMessages.newStreamEncoder(about);
  const wire = [...events.flatMap((event) => encoder.push(event)), ...encoder.finish()];
  const bytes = Buffer.from(wire.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join(''));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
};

const seen = ({ id, model, content, stop_reason, usage }: Anthropic.Message) => ({
  id,
  model,
  content: content.map((block) =>
    block.type === 'tool_use' ? { type: block.type, id: block.id, name: block.name, input: block.input } : { ...block },
  ),
  stop_reason,
  usage: { input: usage.input_tokens, cached: usage.cache_read_input_tokens, output: usage.output_tokens },
});

const expected = (content: readonly object[], stop_reason: string) => ({
  id: 'msg_1',
  model: 'claude-sonnet-4-6',
  content,
  stop_reason,
  usage: { input: 6, cached: 3, output: 4 },
});
const cases = [
  ['text', text, expected([{ type: 'text', text: 'Wireproof says ok, größer 😀.' }], 'end_turn')],
  [
    'tool call',
    toolCall,
    expected(
      [
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 'toolu_1', name: 'lookup', input: { city: 'Berlin' } },
        { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
      ],
      'tool_use',
    ),
  ],
  [
    'sources',
    sourced,
    expected(
      [
        {
          type: 'text',
          text: 'Berlin is big.',
          citations: [
            { type: 'web_search_result_location', url: 'https://example.com', title: 'Berlin', cited_text: '', encrypted_index: '' },
          ],
        },
      ],
      'end_turn',
    ),
  ],
] as const;

describe('@anthropic-ai/sdk', () => {
  it.each(cases)('reads a whole answer: %s', async (_name, whole, message) => {
    const client = clientOf(() => json(anthropicMessages.encodeResponse(whole, about).value));
    expect(seen(await client.messages.create(question))).toStrictEqual(message);
  });

  it.each(cases)('reads a streamed answer: %s', async (_name, whole, message) => {
    const client = clientOf(() => eventStream(asEvents(whole)));
    expect(seen(await client.messages.stream(question).finalMessage())).toStrictEqual(message);
  });

  it('sees an error with its status and type', async () => {
    const client = clientOf(() => json(anthropicMessages.encodeError({ status: 413, message: 'too large' }), 413));
    const failure = client.messages.create(question);
    await expect(failure).rejects.toMatchObject({ status: 413, type: 'request_too_large', apiMessage: 'too large' });
  });

  it('sees an error in the middle of a stream as a failure', async () => {
    const events: ChatEvent[] = [...asEvents(text).slice(0, 3), { kind: 'error', error: { status: 529, message: 'busy' } }];
    const client = clientOf(() => eventStream(events));
    await expect(client.messages.stream(question).finalMessage()).rejects.toMatchObject({ type: 'overloaded_error' });
  });
});
