import { describe, expect, it } from 'vitest';

import { abilityOf } from './ability.ts';
import { askedByFields } from './amount.ts';
import { settle, strictnessBetween } from './settle.ts';
import { askedBySuffix } from './suffix.ts';

const at = (model: string) => {
  const target = { dialect: 'gemini-generate', provider: 'gemini', model } as const;
  return { ...target, ability: abilityOf(target) };
};

const linesOf = (...args: Parameters<typeof settle>): readonly string[] =>
  settle(...args).lines.map(({ level, message }) => `${level} ${message}`);

describe('the lines of the log contract (sheet row 12 (d))', () => {
  it('tell a request that is met from one that has to give way', () => {
    expect(linesOf(askedByFields({ reasoningEffort: 'HIGH' }), at('gemini-2.5-pro'), 'clamp')).toEqual([
      'debug thinking: original config from request | provider=gemini model=gemini-2.5-pro mode=level budget=0 level=high',
      'debug thinking: processed config to apply | provider=gemini model=gemini-2.5-pro mode=budget budget=24576 level=',
    ]);
    expect(linesOf(askedBySuffix('64000'), at('gemini-2.5-pro'), 'clamp')).toEqual([
      'debug thinking: config from model suffix | provider=gemini model=gemini-2.5-pro mode=budget budget=64000 level=',
      'debug thinking: budget clamped | provider=gemini model=gemini-2.5-pro mode=budget budget=64000 level= original_value=64000 min=128 max=32768 clamped_to=32768',
      'debug thinking: processed config to apply | provider=gemini model=gemini-2.5-pro mode=budget budget=32768 level=',
    ]);
    expect(linesOf(askedByFields({ reasoningEffort: 'medium' }), at('gemini-3-pro-preview'), 'clamp')).toEqual([
      'debug thinking: original config from request | provider=gemini model=gemini-3-pro-preview mode=level budget=0 level=medium',
      'debug thinking: level clamped | provider=gemini model=gemini-3-pro-preview mode=level budget=0 level=medium original_value=medium clamped_to=low',
      'debug thinking: processed config to apply | provider=gemini model=gemini-3-pro-preview mode=level budget=0 level=low',
    ]);
  });

  it('tell where there is nothing to do, and why', () => {
    expect(linesOf(undefined, at('gemini-3-flash-preview'), 'clamp')).toEqual([
      'debug thinking: no config found, passthrough | provider=gemini model=gemini-3-flash-preview',
    ]);
    expect(linesOf(undefined, at('mine'), 'clamp')).toEqual([
      'debug thinking: user-defined model, passthrough (no config) | provider=gemini model=mine',
    ]);
    expect(linesOf(askedByFields({ reasoningEffort: 'high' }), at('gemini-2.0-flash'), 'clamp')).toEqual([
      'debug thinking: model does not support thinking, stripping config | provider=gemini model=gemini-2.0-flash',
    ]);
  });

  it('warn of what cannot be', () => {
    expect(linesOf(askedByFields({ reasoningBudget: 0 }), at('gemini-2.5-pro'), 'refuse').slice(1)).toEqual([
      'warn thinking: budget zero not allowed | provider=gemini model=gemini-2.5-pro mode=none budget=0 level=none original_value=none min=128 max=32768 clamped_to=128',
      'debug thinking: processed config to apply | provider=gemini model=gemini-2.5-pro mode=budget budget=128 level=',
    ]);
    expect(linesOf(askedByFields({ reasoningEffort: 'zzz' }), at('gemini-2.5-pro'), 'clamp').slice(1)).toEqual([
      'warn thinking: validation failed | provider=gemini model=gemini-2.5-pro mode=level budget=0 level=zzz error=unknown level: zzz, valid levels: auto, minimal, low, medium, high, xhigh, max',
    ]);
  });

  it('say the same in fields, and stay on one line whatever a client writes', () => {
    const [line] = settle(askedByFields({ reasoningEffort: 'a\n| provider=x' }), at('mine'), 'clamp').lines;
    expect(line).toEqual({
      level: 'debug',
      message: 'thinking: original config from request | provider=gemini model=mine mode=level budget=0 level=a?? provider=x',
      fields: { event: 'thinking', provider: 'gemini', model: 'mine', mode: 'level', budget: 0, level: 'a\n| provider=x' },
    });
  });
});

describe('how strict a request is judged', () => {
  const field = { amount: { mode: 'auto' }, source: 'request', path: 'reasoningEffort', visible: true } as const;

  it.each([
    ['gemini-generate', 'gemini', 'refuse'],
    ['gemini-generate', 'antigravity', 'refuse'],
    ['openai-chat', 'codex', 'refuse'],
    ['openai-responses', 'codex', 'refuse'],
    ['anthropic-messages', 'claude', 'refuse'],
    ['openai-chat', 'gemini', 'clamp'],
    ['anthropic-messages', 'gemini', 'clamp'],
    ['openai-chat', 'iflow', 'clamp'],
  ] as const)('%s asking %s: %s', (client, provider, strictness) => {
    expect(strictnessBetween(field, client, provider)).toBe(strictness);
  });

  it('a suffix is the same for every model', () => {
    expect(strictnessBetween({ ...field, source: 'suffix' }, 'gemini-generate', 'gemini')).toBe('clamp');
  });
});
