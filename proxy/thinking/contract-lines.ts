import type { ModelAt } from './ability.ts';
import type { Amount } from './amount.ts';

/** The messages that the page tells operators to look for (sheet row 12 (d)), and two in their form. */
export type ContractMessage =
  | 'original config from request'
  | 'config from model suffix'
  | 'processed config to apply'
  | 'no config found, passthrough'
  | 'user-defined model, passthrough (no config)'
  | 'model does not support thinking, stripping config'
  | 'level clamped'
  | 'budget clamped'
  | 'budget zero not allowed'
  | 'dynamic not allowed'
  | 'validation failed'
  | 'unknown suffix format, treating as no config';

export interface ContractLine {
  readonly level: 'debug' | 'warn';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const warned: ReadonlySet<ContractMessage> = new Set([
  'validation failed',
  'budget zero not allowed',
  'unknown suffix format, treating as no config',
]);

/** A client's word may be as long as a body. */
const maxWord = 200;

/** `mode`, `budget` and `level` as the lines show them: a mode without a number has budget 0, dynamic has -1. */
const shown = (amount: Amount): Readonly<Record<string, string | number>> => {
  if (amount.mode === 'none') return { mode: 'none', budget: 0, level: 'none' };
  if (amount.mode === 'auto') return { mode: 'auto', budget: -1, level: 'auto' };
  if (amount.mode === 'budget') return { mode: 'budget', budget: amount.tokens, level: '' };
  return { mode: 'level', budget: 0, level: amount.mode === 'level' ? amount.level : amount.word.slice(0, maxWord) };
};

/** One line of a log, whoever chose the words in it. */
const onOneLine = (value: string | number): string =>
  String(value)
    .slice(0, maxWord)
    .replaceAll(/[^ -~]|\|/g, '?');

/** A line of the log contract: the message ends with ` | provider=P model=M mode=X budget=N level=L`, and the fields say the same. */
export const contractLine = (
  message: ContractMessage,
  { provider, model }: ModelAt,
  amount?: Amount,
  more: Readonly<Record<string, string | number>> = {},
): ContractLine => {
  const told: Readonly<Record<string, string | number>> = { provider, model, ...(amount && shown(amount)), ...more };
  const text = Object.entries(told).map(([key, value]) => `${key}=${onOneLine(value)}`);
  return {
    level: warned.has(message) ? 'warn' : 'debug',
    message: `thinking: ${message} | ${text.join(' ')}`,
    fields: { event: 'thinking', ...told },
  };
};
