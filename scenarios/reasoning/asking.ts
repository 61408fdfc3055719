import {
  converse,
  deviates,
  holds,
  inShort,
  type Cell,
  type ClientDialect,
  type FullSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { sentAmount, sentModel, type SentAmount } from './sent-amount.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The probe with more top-level fields in its JSON body. */
export const withFields = (probe: Probe, fields: Fields): Probe =>
  probe.body !== undefined && 'json' in probe.body ? { ...probe, body: { json: { ...(probe.body.json as Fields), ...fields } } } : probe;

const messagesEffort = (word: string): Fields =>
  word === 'none' ? { thinking: { type: 'disabled' } } : { thinking: { type: 'adaptive' }, output_config: { effort: word } };

/** Where a caller of each dialect writes a level, by the vendor's documentation. */
const fieldsIn: Readonly<Record<ClientDialect, (word: string) => Fields>> = {
  'openai-chat': (word) => ({ reasoning_effort: word }),
  'openai-responses': (word) => ({ reasoning: { effort: word } }),
  'anthropic-messages': messagesEffort,
  'gemini-generate': (word) => ({ generationConfig: { thinkingConfig: { thinkingLevel: word } } }),
};

/** A question over which one can think long or briefly. */
export const question = (cell: Cell, model: string, maxOutputTokens = 400): Probe =>
  converse(cell, { model, text: 'How many weekdays are there in March 2027?', maxOutputTokens });

export const asking = (cell: Cell, model: string, word: string, maxOutputTokens?: number): Probe =>
  withFields(question(cell, model, maxOutputTokens), fieldsIn[cell.client](word));

const same = (sent: SentAmount, expected: SentAmount): boolean => sent.level === expected.level && sent.budget === expected.budget;

/**
 * Holds when every upstream request of the step asks for one of these amounts, and there is one.
 * @param expected equivalent amounts; `{}` is a request that says nothing of reasoning
 */
export const asksFor = (sight: FullSight, expected: readonly SentAmount[]): Reading => {
  if (sight.upstreamCalls.length === 0) return deviates({ expected, actual: `nothing reached the upstream; ${inShort(sight)}` });
  const wrong = sight.upstreamCalls.map(sentAmount).find((sent) => !expected.some((each) => same(sent, each)));
  return wrong === undefined ? holds() : deviates({ expected, actual: wrong });
};

/** The first upstream request's model, '' when there is none. */
export const askedModel = ({ upstreamCalls: [call] }: FullSight): string => (call === undefined ? '' : sentModel(call));
