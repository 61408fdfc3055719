import { exchange } from '#fixtures/index';
import { expect, it } from 'vitest';

import openaiChat from '../dialects/openai-chat/index.ts';
import documented from '../personas/documented.ts';
import { openAnswer, type Reception } from './open-answer.ts';
import { streamSteps } from './reply.ts';

const upstreamText = exchange('openai-chat/text.stream')
  .response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : ''))
  .join('');

const body = async function* (): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(upstreamText));
};

const reception = {
  context: { persona: documented, dialects: new Map([['openai-chat', openaiChat]]), remedies: [], clock: { now: () => 0 } },
  question: {
    dialect: openaiChat,
    operation: 'generate',
    framing: 'sse',
    stream: true,
    wire: { model: 'alias', stream_options: { include_usage: true } },
    neutral: () => openaiChat.decodeRequest({ model: 'alias', messages: [], stream_options: { include_usage: true } }, {}),
  },
  candidate: { provider: { dialect: 'openai-chat' }, credential: { secret: 'upstream-key' }, forceName: true },
  attempt: { call: { streams: true } },
  answer: { status: 200, headers: { 'content-type': 'text/event-stream' }, body: body() },
  shownModel: 'alias',
} as unknown as Reception;

it('a Chat stream under a forced name changes the name in every chunk and keeps its [DONE]', async () => {
  const opened = await openAnswer(reception);
  if (!('kind' in opened) || opened.kind !== 'stream') throw new Error('no stream');
  const pieces: Buffer[] = [];
  for await (const { out } of streamSteps(opened)) pieces.push(Buffer.from(out));
  expect(Buffer.concat(pieces).toString()).toBe(upstreamText.replaceAll('"model":"gpt-4.1-mini"', '"model":"alias"'));
});
