import { describe, expect, it } from 'vitest';

import type { DialectId } from '../ir/chat.ts';
import { abilityOf } from './ability.ts';
import type { DeclaredThinking } from './ability.ts';
import type { Ability } from './capability.ts';

const pro = { least: 128, most: 32_768 };
const claude = { least: 1024, most: 128_000 };
const hybrid = (...levels: string[]) => ({ budget: pro, levels, zero: false, dynamic: true }) as Ability;
const levelled = (...levels: string[]) => ({ budget: claude, levels, zero: true, dynamic: false }) as Ability;
const codex = (...levels: string[]) => ({ levels, zero: false, dynamic: false }) as Ability;
const budgeted: Ability = { budget: claude, zero: true, dynamic: false };

const google: DialectId = 'gemini-generate';
const anthropic: DialectId = 'anthropic-messages';
const responses: DialectId = 'openai-responses';

describe('capability families (sheet row 12)', () => {
  it.each<[DialectId, string, string, Ability]>([
    [google, 'gemini', 'gemini-2.5-pro', { budget: pro, zero: false, dynamic: true }],
    [google, 'gemini', 'gemini-2.5-flash', { budget: { least: 0, most: 24_576 }, zero: true, dynamic: true }],
    [google, 'gemini', 'gemini-2.5-flash-lite', { budget: { least: 0, most: 24_576 }, zero: true, dynamic: true }],
    [google, 'gemini', 'gemini-3-pro-preview', hybrid('low', 'high')],
    [google, 'gemini', 'gemini-3-pro-image', hybrid('low', 'high')],
    [google, 'gemini', 'gemini-3.1-pro-preview', hybrid('low', 'medium', 'high')],
    [google, 'gemini', 'gemini-3-flash-preview', hybrid('minimal', 'low', 'medium', 'high')],
    [google, 'antigravity', 'gemini-3.6-flash', hybrid('minimal', 'low', 'medium', 'high')],
    [google, 'gemini', 'gemini-3.1-flash-lite-preview', hybrid('minimal', 'high')],
    [google, 'vertex', 'gemini-3.1-flash-lite-preview', hybrid('minimal', 'low', 'medium', 'high')],
    [google, 'aistudio', 'gemini-3-pro-preview', { budget: pro, zero: false, dynamic: true }],
    [google, 'gemini', 'gemini-2.0-flash', 'none'],
    [google, 'gemini', 'my-model', 'unknown'],
    [google, 'antigravity', 'claude-opus-4-6-thinking', budgeted],
    [anthropic, 'claude', 'claude-3-5-sonnet-20241022', 'none'],
    [anthropic, 'claude', 'claude-3-7-sonnet', budgeted],
    [anthropic, 'claude', 'claude-sonnet-4-20250514', budgeted],
    [anthropic, 'claude', 'claude-haiku-4-5', budgeted],
    [anthropic, 'claude', 'claude-opus-4-6', levelled('low', 'medium', 'high', 'max')],
    [anthropic, 'claude', 'claude-opus-4.7', levelled('low', 'medium', 'high', 'xhigh', 'max')],
    [anthropic, 'claude', 'claude-opus-5', { levels: ['low', 'medium', 'high', 'xhigh', 'max'], zero: true, dynamic: true }],
    [responses, 'codex', 'gpt-5.4', codex('low', 'medium', 'high', 'xhigh')],
    [responses, 'codex', 'gpt-5.6-sol', codex('low', 'medium', 'high', 'xhigh', 'max')],
    [responses, 'openai-responses', 'gpt-5.4', 'unknown'],
    ['openai-chat', 'iflow', 'kimi-k2.5', { levels: ['low', 'high'], zero: true, dynamic: false }],
    ['openai-chat', 'iflow', 'kimi-k2', 'unknown'],
    ['openai-chat', 'openai-compatibility', 'gemini-2.5-pro', 'unknown'],
  ])('%s at %s: %s', (dialect, provider, model, ability) => {
    expect(abilityOf({ dialect, provider, model })).toEqual(ability);
  });

  const no = { 'zero-allowed': false, 'dynamic-allowed': false };
  it.each<[DeclaredThinking, Ability]>([
    [
      { ...no, levels: ['high', 'LOW', 'none', 'auto'] },
      { levels: ['low', 'high'], zero: true, dynamic: true },
    ],
    [
      { ...no, min: 100, max: 200, 'zero-allowed': true },
      { budget: { least: 100, most: 200 }, zero: true, dynamic: false },
    ],
    [
      { ...no, max: 200, levels: ['low'] },
      { budget: { least: 0, most: 200 }, levels: ['low'], zero: false, dynamic: false },
    ],
    [{ ...no, min: 100 }, 'unknown'],
    [{ ...no, levels: ['whatever'] }, 'unknown'],
  ])('a declaration counts more than the name: %j', (declared, ability) => {
    expect(abilityOf({ dialect: google, provider: 'gemini', model: 'gemini-2.5-pro' }, declared)).toEqual(ability);
  });
});
