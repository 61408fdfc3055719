import assert from 'node:assert/strict';

import type { SurfaceId } from '#fixtures/exchange';
import { answer } from '#fixtures/upstreams/script';

import type { ClientDialect } from '../client-under-test.ts';
import { askedOf, connect, dialectOf, finalText, lossesOf, lossesWith, type Behaviours, type Case, type Fields } from './case.ts';

/** A question of one text, as it is asked in the client's own dialect. */
interface Question {
  readonly model: string;
  readonly text: string;
  readonly stream: boolean;
  /** Anthropic's clients must send one. */
  readonly maxTokens: unknown;
}

/** What Anthropic is asked for when nobody says how much. */
const defaultMaxTokens = 4096;

/** The whole body in another dialect. */
const bodyFor = (dialect: ClientDialect, { model, text, stream, maxTokens }: Question): Fields => {
  const limited = (name: string): Fields => (maxTokens === undefined ? {} : { [name]: maxTokens });
  const streamed: Fields = stream ? { stream } : {};
  return {
    'openai-chat': {
      model,
      messages: [{ role: 'user', content: text }],
      ...limited('max_tokens'),
      ...streamed,
      ...(stream && { stream_options: { include_usage: true } }),
    },
    'openai-responses': {
      model,
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
      ...limited('max_output_tokens'),
      ...streamed,
    },
    'anthropic-messages': {
      model,
      messages: [{ role: 'user', content: [{ type: 'text', text }] }],
      max_tokens: maxTokens ?? defaultMaxTokens,
      ...streamed,
    },
    'gemini-generate': {
      contents: [{ role: 'user', parts: [{ text }] }],
      ...(maxTokens !== undefined && { generationConfig: { maxOutputTokens: maxTokens } }),
    },
  }[dialect];
};

/** What the surface wants besides; the session of Antigravity is a number of the proxy's own. */
const asTheSurfaceTakesIt = (surface: SurfaceId, body: Fields, arrived: Fields): Fields => {
  if (surface === 'antigravity') return { ...body, sessionId: /^-\d+$/.exec(String(arrived['sessionId']))?.[0] };
  if (surface !== 'codex') return body;
  const { max_output_tokens: _refused, ...rest } = body;
  return { ...rest, instructions: '', include: ['reasoning.encrypted_content'], stream: true, store: false };
};

const speaks =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const { client, surface, proxied } = about;
    const topic = proxied.topic(answer('text'));
    const line = connect(about);
    const pieces: string[] = [];
    const said = await client.say(line, { text: topic.text, stream, onText: (piece) => pieces.push(piece) });
    assert.equal(said.text, finalText);
    assert.equal(pieces.join(''), stream ? finalText : '');
    assert.ok(stream === pieces.length > 1, `the text came in ${pieces.length} pieces`);
    assert.ok((said.outputTokens ?? 0) > 0, `output tokens: ${said.outputTokens}`);
    const [arrived = {}, ...more] = topic.calls().map(({ body }) => askedOf(surface, body));
    const own = line.sent()[0] as Fields;
    const to = dialectOf(surface);
    const maxTokens = own['max_tokens'];
    const body = client.dialect === to ? own : bodyFor(to, { model: line.model, text: topic.text, stream, maxTokens });
    assert.deepEqual([arrived, more], [asTheSurfaceTakesIt(surface, body, arrived), []]);
    assert.equal(lossesOf(line), lossesWith(about, line));
  };

export const speech: Behaviours = { speaks: speaks(false), 'speaks, streamed': speaks(true) };
