import { exchange } from '#fixtures/index';
import { describe, expect, it } from 'vitest';

import anthropicMessages from '../dialects/anthropic-messages/index.ts';
import openaiChat from '../dialects/openai-chat/index.ts';
import documented from '../personas/documented.ts';
import { openAnswer, type Reception } from './open-answer.ts';
import { streamSteps } from './reply.ts';

/** Whether a call is shown as one of a custom tool depends on the request, of which the answer of a function-only upstream knows nothing. */

const bytesOf = (id: string): Buffer =>
  Buffer.concat(
    exchange(id).response.chunks.map((chunk) => ('utf8' in chunk ? Buffer.from(chunk.utf8) : Buffer.from(chunk.base64, 'base64'))),
  );

const body = async function* (bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
};

/** The client streams or not, and so does the upstream. */
const reception = (tool: object, streams: boolean, upstreamStreams: boolean): Reception =>
  ({
    context: {
      persona: documented,
      dialects: new Map([['anthropic-messages', anthropicMessages]]),
      remedies: [],
      clock: { now: () => 1_770_000_000_000 },
    },
    question: {
      dialect: openaiChat,
      operation: 'generate',
      framing: 'sse',
      stream: streams,
      neutral: () => openaiChat.decodeRequest({ model: 'm', messages: [{ role: 'user', content: 'go' }], tools: [tool] }, {}),
    },
    candidate: { provider: { dialect: 'anthropic-messages' }, credential: { secret: 'upstream-key' }, forceName: false },
    attempt: { call: { streams: upstreamStreams } },
    answer: {
      status: 200,
      headers: { 'content-type': upstreamStreams ? 'text/event-stream' : 'application/json' },
      body: body(bytesOf(`anthropic-messages/tool-call${upstreamStreams ? '.stream' : ''}`)),
    },
    shownModel: 'm',
  }) as unknown as Reception;

const shown = async (given: Reception): Promise<string> => {
  const opened = await openAnswer(given);
  if (!('kind' in opened)) throw new Error('refused');
  if (opened.kind === 'whole') return opened.body.toString();
  if (opened.kind !== 'stream') throw new Error('neither whole nor a stream');
  const pieces: Buffer[] = [];
  for await (const { out } of streamSteps(opened)) pieces.push(Buffer.from(out));
  return Buffer.concat(pieces).toString();
};

const ways = [
  [true, true],
  [true, false],
  [false, true],
  [false, false],
] as const;

describe.each(ways)('to a client that streams: %s, from an upstream that streams: %s, the call of lookup', (streams, upstreamStreams) => {
  it('is one of a custom tool when the client declared it as such', async () => {
    const answer = await shown(reception({ type: 'custom', custom: { name: 'lookup' } }, streams, upstreamStreams));
    expect(answer).toMatch(/"type":"custom","custom":\{"name":"lookup"/);
    expect(answer).not.toContain('"function"');
  });

  it('is one of a function when the client declared it as such', async () => {
    const answer = await shown(reception({ type: 'function', function: { name: 'lookup', parameters: {} } }, streams, upstreamStreams));
    expect(answer).toMatch(/"type":"function","function":\{"name":"lookup"/);
    expect(answer).not.toContain('"custom"');
  });
});
