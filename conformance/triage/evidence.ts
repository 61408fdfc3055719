import { errorIn } from '#scenarios/kit/conversation';

import { troubleOf } from '../discover/trouble.ts';
import type { Answered } from './session.ts';

const mostWords = 200;

const firstLine = (text: string): string =>
  text
    .slice(0, mostWords * 4)
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The error's own words where there are some, else the beginning of the body. */
const wordsOf = ({ sight }: Answered): string => {
  const plain = (sight.json as { readonly error?: unknown } | null | undefined)?.error;
  const words = errorIn(sight)?.message ?? (typeof plain === 'string' ? plain : firstLine(sight.bodyText));
  return words.length > mostWords ? `${words.slice(0, mostWords)}…` : words;
};

/** `GET /v1/models → 401 Invalid API key`. Bytes of the target stand in it as they came. */
export const evidenceOf = (answered: Answered): string => {
  const { probe } = answered.question;
  const trouble = troubleOf(answered.sight);
  const status = answered.sight.status === 0 ? '' : `${answered.sight.status}`;
  const words = answered.sight.status >= 400 && trouble === undefined ? wordsOf(answered) : (trouble?.what ?? '');
  return `${probe.method} ${probe.path} → ${[status, words].filter((part) => part !== '').join(' ')}`;
};
