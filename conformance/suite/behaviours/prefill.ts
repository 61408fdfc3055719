import assert from 'node:assert/strict';

import { answer } from '#fixtures/upstreams/script';

import type { ClientDialect } from '../client-under-test.ts';
import { askedOf, connect, dialectOf, finalText, lossesOf, lossesWith, type Behaviours, type Case } from './case.ts';

const begun = 'Wireproof';

/** The turns of a body, in whatever its dialect calls them. */
const turnsIn = (body: unknown): readonly unknown[] => {
  const { messages, input, contents } = body as Readonly<Record<string, readonly unknown[] | undefined>>;
  return messages ?? input ?? contents ?? [];
};

const written: Readonly<Record<ClientDialect, unknown>> = {
  'openai-chat': { role: 'assistant', content: begun },
  'openai-responses': { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: begun }] },
  'anthropic-messages': { role: 'assistant', content: [{ type: 'text', text: begun }] },
  'gemini-generate': { role: 'model', parts: [{ text: begun }] },
};

/** OpenAI answers anew instead; whoever counts on the other vendors' way must be told. */
const asksToWriteOn = async (about: Case): Promise<void> => {
  const topic = about.proxied.topic(answer('text'));
  const line = connect(about);
  const said = await about.client.say(line, { text: topic.text, stream: false, begun });
  assert.equal(said.text, finalText);
  const [from, to] = [about.client.dialect, dialectOf(about.surface)];
  const arrived = topic.calls().map(({ body }) => turnsIn(askedOf(about.surface, body)).at(-1));
  assert.deepEqual(arrived, [from === to ? turnsIn(line.sent()[0]).at(-1) : written[to]]);
  const lost = from !== to && to.startsWith('openai') ? ['turns[1].prefill'] : [];
  assert.equal(lossesOf(line), lossesWith(about, line, ...lost));
};

export const prefill: Behaviours = { 'asks to write on from its last words': asksToWriteOn };
