import { parseJson } from '#fixtures/parse-json';

import { estimateInputTokens } from '../../engine/budget.ts';
import type { TokenUsage } from '../../engine/usage.ts';
import { isObject } from '../places.ts';
import type { RecordedRequest } from './baseline-item.ts';

/** Tokens of an answer whose request sets no ceiling. */
const unlimitedAnswer = 4_096;

const limits = ['max_completion_tokens', 'max_tokens', 'max_output_tokens', 'maxOutputTokens'];

const numberIn = (holder: unknown, names: readonly string[]): number | undefined => {
  if (!isObject(holder)) return undefined;
  return names.map((name) => holder[name]).find((value): value is number => typeof value === 'number' && value > 0);
};

const answersTokens = (target: string): boolean =>
  !/\/(?:count_tokens|embeddings|moderations)(?:\?|$)|:(?:countTokens|embedContent)/.test(target);

/** What asking may cost at most, as far as the request tells. */
export const worstCaseOf = ({ method, target, body }: RecordedRequest): TokenUsage => {
  if (body === undefined || method === 'GET') return { inputTokens: 0, outputTokens: 0 };
  const inputTokens = estimateInputTokens(body.length);
  if (!answersTokens(target)) return { inputTokens, outputTokens: 0 };
  const parsed = parseJson(body.toString('utf8'));
  const json = 'value' in parsed ? parsed.value : undefined;
  const config = isObject(json) ? json['generationConfig'] : undefined;
  const most = numberIn(json, limits) ?? numberIn(config, limits) ?? unlimitedAnswer;
  const answers = numberIn(json, ['n']) ?? numberIn(config, ['candidateCount']) ?? 1;
  return { inputTokens, outputTokens: most * answers };
};
