import type { DialectId } from '../ir/chat.ts';
import type { Ability } from './capability.ts';
import type { Level } from './levels.ts';

/** Models that think alike. The first family that fits a model is its own. */
export interface Family {
  readonly name: string;
  /** Absent: any. */
  readonly dialects?: readonly DialectId[];
  readonly providers?: readonly string[];
  readonly models: RegExp;
  readonly ability: Ability;
}

const proBudget = { least: 128, most: 32_768 };
const claudeBudget = { least: 1024, most: 128_000 };
const allFour: readonly Level[] = ['minimal', 'low', 'medium', 'high'];

const gemini = (name: string, models: RegExp, ability: Ability, providers?: readonly string[]): Family => ({
  name,
  dialects: ['gemini-generate'],
  ...(providers !== undefined && { providers }),
  models,
  ability,
});

const hybrid = (levels: readonly Level[]): Ability => ({ budget: proBudget, levels, zero: false, dynamic: true });

const claude = (name: string, models: RegExp, ability: Ability): Family => ({ name, dialects: ['anthropic-messages'], models, ability });

const claudeLevels = (levels: readonly Level[]): Ability => ({ budget: claudeBudget, levels, zero: true, dynamic: false });

/**
 * Capability families of sheet row 12, most particular first. One model may differ by provider. A Claude model can always be switched
 * off (the sheet says so of every Claude target).
 */
export const families: readonly Family[] = [
  gemini('aistudio gemini-3', /^gemini-3-(?:pro|flash)/, { budget: proBudget, zero: false, dynamic: true }, ['aistudio']),
  gemini('gemini-2.5-pro', /^gemini-2\.5-pro/, { budget: proBudget, zero: false, dynamic: true }),
  gemini('gemini-2.5-flash', /^gemini-2\.5-flash/, { budget: { least: 0, most: 24_576 }, zero: true, dynamic: true }),
  gemini('gemini-3.1-flash-lite of AI Studio and Vertex', /^gemini-3\.1-flash-lite/, hybrid(allFour), ['aistudio', 'vertex']),
  gemini('gemini-3.1-flash-lite', /^gemini-3\.1-flash-lite/, hybrid(['minimal', 'high'])),
  gemini('gemini-3.1-pro', /^gemini-3\.1-pro/, hybrid(['low', 'medium', 'high'])),
  gemini('gemini-3-pro', /^gemini-3-pro/, hybrid(['low', 'high'])),
  gemini('gemini-3 flash and later', /^gemini-3/, hybrid(allFour)),
  gemini('gemini before 2.5', /^gemini-(?:1|2\.0)/, 'none'),
  gemini('claude behind a Gemini API', /^(?:gemini-)?claude-/, { budget: claudeBudget, zero: true, dynamic: false }),
  claude('claude before 3.7', /^claude-(?:2|instant|3-(?:opus|sonnet|haiku|5-))/, 'none'),
  claude('claude 5 and later', /^claude-(?:opus|sonnet|haiku)-(?:[5-9]|[1-9]\d)(?!\d)/, {
    levels: ['low', 'medium', 'high', 'xhigh', 'max'],
    zero: true,
    dynamic: true,
  }),
  claude('claude 4.6', /^claude-(?:opus|sonnet|haiku)-4[-.]6(?!\d)/, claudeLevels(['low', 'medium', 'high', 'max'])),
  claude(
    'claude 4.7 and later',
    /^claude-(?:opus|sonnet|haiku)-4[-.](?:[7-9]|[1-9]\d)(?!\d)/,
    claudeLevels(['low', 'medium', 'high', 'xhigh', 'max']),
  ),
  claude('claude from 3.7 to 4.5', /^claude-/, { budget: claudeBudget, zero: true, dynamic: false }),
  {
    name: 'codex gpt-5.6',
    providers: ['codex'],
    models: /^gpt-5\.6/,
    ability: { levels: ['low', 'medium', 'high', 'xhigh', 'max'], zero: false, dynamic: false },
  },
  {
    name: 'codex gpt-5',
    providers: ['codex'],
    models: /^gpt-5/,
    ability: { levels: ['low', 'medium', 'high', 'xhigh'], zero: false, dynamic: false },
  },
  {
    name: 'kimi k2 that thinks',
    providers: ['iflow', 'kimi'],
    models: /^kimi-k2(?:\.\d|-thinking)/,
    ability: { levels: ['low', 'high'], zero: true, dynamic: false },
  },
];

/** Whose words a provider's upstream speaks. Between two of one house an amount that the model lacks is refused, else it is clamped. */
export const houseOfProvider: Readonly<Record<string, string>> = {
  gemini: 'google',
  antigravity: 'google',
  claude: 'anthropic',
  codex: 'openai',
  'openai-compatibility': 'openai',
  'openai-responses': 'openai',
};

export const houseOfDialect: Readonly<Record<string, string>> = {
  'gemini-generate': 'google',
  'anthropic-messages': 'anthropic',
  'openai-chat': 'openai',
  'openai-completions': 'openai',
  'openai-responses': 'openai',
  kiro: 'aws',
};
