import { describe, expect, it } from 'vitest';

import type { ChatRequest, JsonObject } from '../ir/chat.ts';
import { takeStray } from './stray-places.ts';

const request = (extensions: ChatRequest['extensions']): ChatRequest => ({
  model: 'm',
  stream: false,
  system: [],
  turns: [],
  tools: [],
  wantsUsage: false,
  extensions,
});

const chat = (fields: JsonObject) => {
  const { asked, request: left } = takeStray(request({ 'openai-chat': fields }), 'gemini-generate');
  return { amount: asked?.amount, visible: asked?.visible, left: left.extensions };
};

describe('an amount in a place where the dialect has none', () => {
  it.each<[JsonObject, unknown]>([
    [{ thinking_budget: 2048 }, { mode: 'budget', tokens: 2048 }],
    [{ reasoning: { effort: 'high' } }, { mode: 'level', level: 'high' }],
    [{ reasoning: { max_tokens: 0 } }, { mode: 'none' }],
    [{ thinking: { type: 'enabled', budget_tokens: 4096 } }, { mode: 'budget', tokens: 4096 }],
    [{ thinking: { type: 'disabled' } }, { mode: 'none' }],
    [{ extra_body: { reasoning_effort: 'low' } }, { mode: 'level', level: 'low' }],
    [{ extra_body: { google: { thinking_config: { thinking_budget: -1 } } } }, { mode: 'auto' }],
    [{ google: { thinking_config: { thinking_level: 'LOW' } } }, { mode: 'level', level: 'low' }],
    [{ generationConfig: { thinkingConfig: { thinkingBudget: 99 } } }, { mode: 'budget', tokens: 99 }],
    [
      { thinking_budget: 5, thinking: { type: 'enabled', budget_tokens: 5 } },
      { mode: 'budget', tokens: 5 },
    ],
  ])('%j is carried and leaves nothing', (fields, amount) => {
    expect(chat(fields)).toEqual({ amount, visible: true, left: {} });
  });

  it('takes only what it reads', () => {
    const fields = {
      seed: 3,
      extra_body: { google: { cached_content: 'c', thinking_config: { thinking_budget: 9, include_thoughts: false } } },
    };
    expect(chat(fields)).toEqual({
      amount: { mode: 'budget', tokens: 9 },
      visible: false,
      left: { 'openai-chat': { seed: 3, extra_body: { google: { cached_content: 'c' } } } },
    });
  });

  it.each<[JsonObject]>([
    [{ thinking_budget: 1, reasoning: { effort: 'high' } }],
    [{ thinking_budget: 'many' }],
    [{ thinking_budget: -2 }],
    [{ thinking_budget: 1.5 }],
    [{ reasoning: { effort: '' } }],
    [{ thinking: { type: 'enabled' } }],
    [JSON.parse('{"__proto__":{"thinking_budget":5}}') as JsonObject],
  ])('%j stays where it is, for the encoder to declare as lost', (fields) => {
    expect(chat(fields)).toEqual({ amount: undefined, visible: undefined, left: { 'openai-chat': fields } });
  });

  it('Anthropic’s adaptive thinking without effort leaves the amount to the model, and stays for Anthropic', () => {
    const given = request({ 'anthropic-messages': { thinking: { type: 'adaptive', display: 'omitted' }, top_k: 1 } });
    expect(takeStray(given, 'gemini-generate')).toEqual({
      asked: { amount: { mode: 'auto' }, source: 'request', path: 'reasoningEffort', visible: true },
      request: request({ 'anthropic-messages': { thinking: { display: 'omitted' }, top_k: 1 } }),
    });
    expect(takeStray(given, 'anthropic-messages')).toEqual({ request: given });
  });
});
