import { describe, expect, it } from 'vitest';

import { clientDialects } from '#scenarios/kit/cell';

import { commandLine, dialectToAsk, namesToAsk } from './names-to-ask.ts';

const of = (owner: string, ...names: readonly string[]) => names.map((name) => ({ name, owner }));
const dialects = clientDialects;

describe('namesToAsk', () => {
  it('takes a likely model of each family where nobody says what there should be', () => {
    const listed = of('', 'text-embedding-3-small', 'gpt-4.1', 'gpt-4.1-mini', 'claude-sonnet-4-6', 'gemini-2.5-pro');
    expect(namesToAsk({ listed, wanted: [], dialects })).toEqual(['claude-sonnet-4-6', 'gemini-2.5-pro', 'gpt-4.1']);
  });

  it('asks first for what the user named, listed or not, then for the plain models of the profile that are listed', () => {
    const listed = of('openai-chat', 'gpt-4.1', 'gpt-4.1-mini');
    const wanted = [
      { name: 'house-model', place: commandLine },
      { name: 'gpt-4.1-mini', place: 'openai-chat' },
      { name: 'gpt-4.1', place: 'openai-chat:alias' },
      { name: 'claude-sonnet-4-6', place: 'anthropic-messages' },
    ];
    expect(namesToAsk({ listed, wanted, dialects })).toEqual(['house-model', 'gpt-4.1-mini']);
  });

  it('asks one model of each further account, as prefixes and owners tell them', () => {
    const wanted = [{ name: 'gpt-5.3-codex', place: 'codex' }];
    const listed = [
      ...of('codex', 'gpt-5.3-codex', 'gpt-5.2-codex', 'pro/gpt-5.2-codex', 'pro/gpt-5.3-codex'),
      ...of('gemini', 'gemini-2.5-pro'),
    ];
    expect(namesToAsk({ listed, wanted, dialects })).toEqual(['gpt-5.3-codex', 'pro/gpt-5.2-codex', 'gemini-2.5-pro']);
  });

  it('asks for the models that rows of the page are about, and for each family of iFlow', () => {
    const wanted = [{ name: 'gpt-5.3-codex', place: 'codex' }];
    const listed = [
      ...of('codex', 'gpt-5.3-codex', 'gpt-5.3-codex-spark'),
      ...of('iflow', 'glm-4.6', 'glm-4.7', 'kimi-k2', 'kimi-k2.5', 'qwen3-max'),
    ];
    expect(namesToAsk({ listed, wanted, dialects })).toEqual(['gpt-5.3-codex', 'gpt-5.3-codex-spark', 'glm-4.7', 'kimi-k2', 'qwen3-max']);
  });

  it('asks for what the profile has for keys and accounts alike, where it is listed', () => {
    const wanted = [
      { name: 'gpt-5.3-codex', place: 'codex' },
      { name: 'gpt-5.1', place: 'codex:by-kind' },
      { name: 'gpt-5.1-mini', place: 'codex:keys-only' },
    ];
    const listed = of('codex', 'gpt-5.3-codex', 'gpt-5.1', 'gpt-5.1-mini');
    expect(namesToAsk({ listed, wanted, dialects })).toEqual(['gpt-5.3-codex', 'gpt-5.1']);
    expect(namesToAsk({ listed: of('codex', 'gpt-5.3-codex'), wanted, dialects })).toEqual(['gpt-5.3-codex']);
  });

  it('asks no more than sixteen further accounts', () => {
    const listed = Array.from({ length: 40 }, (_, index) => ({ name: `team-${index}/gpt-4.1`, owner: 'openai-chat' }));
    expect(namesToAsk({ listed, wanted: [], dialects })).toHaveLength(17);
  });
});

describe('dialectToAsk', () => {
  it('is the first that the target speaks', () => {
    expect(dialectToAsk(['gemini-generate', 'anthropic-messages'])).toBe('anthropic-messages');
    expect(dialectToAsk([])).toBeUndefined();
  });
});
