import { describe, expect, it } from 'vitest';

import { problemWithSaid, problemWithSent } from './cell.ts';
import { wireproof } from './gateways.ts';
import { chatBody, messagesBody, upstreamModel } from './traffic.ts';

const gateway = wireproof();
const bytes = 20_000;
const asked = chatBody({ model: gateway.model, bytes });
const sent = chatBody({ model: upstreamModel, bytes });

/** The same sent body with something else in it. */
const changed = (change: (body: { messages: { content: string }[]; tools?: unknown[]; stream?: boolean }) => void): string => {
  const body = JSON.parse(asked.replace(gateway.model, upstreamModel)) as { messages: { content: string }[] };
  change(body);
  return JSON.stringify(body);
};

describe('problemWithSent', () => {
  it('holds when only the name of the model differs', () => {
    expect(problemWithSent(asked.replace(gateway.model, upstreamModel), asked, gateway)).toBeUndefined();
  });

  it('knows tools and words again in another dialect', () => {
    const messages = messagesBody({ model: gateway.model, bytes });
    const { tools, messages: turns } = JSON.parse(messages) as { tools: { name: string }[]; messages: unknown[] };
    const system = { role: 'system', content: 'Answer in one paragraph.' };
    const translated = { model: upstreamModel, tools: tools.map(({ name }) => ({ function: { name } })), messages: [system, ...turns] };
    expect(problemWithSent(JSON.stringify(translated), messages, gateway)).toBeUndefined();
    expect(problemWithSent(JSON.stringify({ ...translated, tools: [] }), messages, gateway)).toMatch(
      /^the upstream is asked something else/,
    );
  });

  it.each([
    ['an alias that was not exchanged', asked, `the upstream is asked for the model ${gateway.model}`],
    ['another last message', changed(({ messages }) => messages.pop()), 'the upstream is asked something else'],
    ['lost tools', changed((body) => delete body.tools), 'the upstream is asked something else'],
    ['a stream that nobody asked for', changed((body) => (body.stream = true)), 'the upstream is asked something else'],
  ])('finds %s', (_what, body, problem) => {
    expect(problemWithSent(body, asked, gateway)).toContain(problem);
  });

  it('compares every word, wherever it is', () => {
    const other = sent.replace('caller and', 'caller end');
    expect(other).toHaveLength(sent.length);
    expect(problemWithSent(other, sent, gateway)).toContain('the upstream is asked something else');
  });

  it('finds the result of a tool as a message of its own again', () => {
    const result = { type: 'tool_result', tool_use_id: 't', content: 'Rain.' };
    const messages = {
      model: 'm',
      system: 'Be brief.',
      messages: [{ role: 'user', content: [result, { type: 'text', text: 'And now?' }] }],
    };
    const chat = (answer: string) => ({
      model: upstreamModel,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'tool', tool_call_id: 't', content: answer },
        { role: 'user', content: [{ type: 'text', text: 'And now?' }] },
      ],
    });
    expect(problemWithSent(JSON.stringify(chat('Rain.')), JSON.stringify(messages), gateway)).toBeUndefined();
    expect(problemWithSent(JSON.stringify(chat('')), JSON.stringify(messages), gateway)).toContain('something else');
  });
});

describe('problemWithSaid', () => {
  const wanted = { text: 'WireWire', calls: [], finish: 'stop', events: 6 };

  it('holds for the same words', () => {
    expect(problemWithSaid(wanted, wanted, false)).toBeUndefined();
    expect(problemWithSaid({ ...wanted, events: 7 }, wanted, true)).toBeUndefined();
  });

  it.each([
    ['other text', { text: 'Wire' }],
    ['another finish', { finish: 'length' }],
    ['a call', { calls: [{ name: 'x', arguments: {} }] }],
  ])('finds %s', (_what, change) => {
    expect(problemWithSaid({ ...wanted, ...change }, wanted, true)).toMatch(/^it says /);
  });

  it('finds a missing event, and joined events in a translation', () => {
    expect(problemWithSaid({ ...wanted, events: 5 }, wanted, false)).toBe('5 events instead of 6');
    expect(problemWithSaid({ ...wanted, events: 7 }, wanted, false)).toBe('7 events instead of 6');
    expect(problemWithSaid({ ...wanted, events: 1 }, wanted, true)).toBe('1 events instead of 6');
  });
});
