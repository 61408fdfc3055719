import { describe, expect, it } from 'vitest';

import type { ChatRequest } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { encodeRequest } from './request-encode.ts';
import { sampledAsThinkingAllows } from './thinking-rules.ts';

const allowed = (wire: Readonly<Record<string, unknown>>) => {
  const losses: Loss[] = [];
  return { wire: sampledAsThinkingAllows(wire, losses), lost: losses.map(({ path }) => path) };
};

const adaptive = { type: 'adaptive' };
const enabled = { type: 'enabled', budget_tokens: 2_048 };

describe('beside thinking, Anthropic', () => {
  it.each([adaptive, enabled])('takes no sampling but its own: %j', (thinking) => {
    expect(allowed({ max_tokens: 9, thinking, temperature: 0, top_k: 5, top_p: 0.5, stop_sequences: ['a'] })).toEqual({
      wire: { max_tokens: 9, thinking, stop_sequences: ['a'] },
      lost: ['temperature', 'topK', 'topP'],
    });
  });

  it('takes a temperature of 1 and a top_p near it', () => {
    const wire = { thinking: adaptive, temperature: 1, top_p: 0.95 };
    expect(allowed(wire)).toEqual({ wire, lost: [] });
  });

  it.each([{}, { thinking: { type: 'disabled' } }])('and without it everything: %j', (thinking) => {
    const wire = { ...thinking, temperature: 0, top_k: 5, top_p: 0.5 };
    expect(allowed(wire)).toEqual({ wire, lost: [] });
  });
});

describe('a tool call that is forced', () => {
  const asked: ChatRequest = {
    model: 'claude-sonnet-4-6',
    stream: false,
    wantsUsage: true,
    system: [],
    turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello.' }] }],
    tools: [{ name: 'lookup', parameters: { type: 'object' } }],
    temperature: 0,
    reasoningEffort: 'high',
    extensions: {},
  };
  const sent = (request: ChatRequest) => {
    const { value, losses } = encodeRequest(request);
    const { thinking, temperature, tool_choice, output_config } = JSON.parse(value) as Readonly<Record<string, unknown>>;
    return { wire: { thinking, temperature, tool_choice, output_config }, lost: losses.map(({ path }) => path) };
  };

  it.each([
    [{ kind: 'required' } as const, { type: 'any' }],
    [{ kind: 'tool', name: 'lookup' } as const, { type: 'tool', name: 'lookup' }],
  ])('goes before thinking: %j', (toolChoice, tool_choice) => {
    expect(sent({ ...asked, toolChoice })).toEqual({ wire: { temperature: 0, tool_choice }, lost: ['reasoningEffort'] });
  });

  it('goes before thinking that was planned for the model', () => {
    const { reasoningEffort: _effort, ...unasked } = asked;
    const planned = {
      ...unasked,
      reasoningPlan: { kind: 'level', level: 'high', visible: false },
      toolChoice: { kind: 'required' },
    } as const;
    expect(sent(planned)).toEqual({ wire: { temperature: 0, tool_choice: { type: 'any' } }, lost: ['reasoningEffort'] });
  });

  it('is not what auto says', () => {
    expect(sent({ ...asked, toolChoice: { kind: 'auto' } })).toEqual({
      wire: { thinking: { type: 'adaptive' }, output_config: { effort: 'high' }, tool_choice: { type: 'auto' } },
      lost: ['temperature'],
    });
  });
});
