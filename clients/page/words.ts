import { type CaseId, retryAfterSeconds } from '../cases.ts';
import type { Recorded } from '../record.ts';

/** What an outcome is called on the page. */

const seconds = (value: number): string => `${value} s`;

const pauses = ({ waits, outcome }: Recorded): string => {
  if (waits.length === 0) return '';
  const more = outcome.tries === 'several' || outcome.tries - 1 > waits.length ? ', …' : '';
  return ` (pauses ${waits.join(', ')}${more} s)`;
};

const tries = ({ outcome }: Recorded): string =>
  outcome.tries === 'several'
    ? 'asks again and again'
    : outcome.tries === 1
      ? 'asks once'
      : outcome.tries === 0
        ? 'does not ask'
        : `asks ${outcome.tries} times`;

const failed = (one: Recorded): string => `${tries(one)}${pauses(one)}, ${one.outcome.ended}`;

const bySpecies: Readonly<Record<CaseId, (one: Recorded) => string>> = {
  plain: ({ outcome }) =>
    outcome.prints === 'the whole answer' ? `answers, ${outcome.ended}` : `prints ${outcome.prints}, ${outcome.ended}`,
  'tool-call': ({ outcome }) =>
    outcome.tool?.ran === true && outcome.tool.resultSent
      ? `runs it and sends the result, ${outcome.ended}`
      : `${outcome.tool?.ran === true ? 'runs it' : 'does not run it'}, ${outcome.tool?.resultSent === true ? 'sends' : 'does not send'} the result, ${outcome.ended}`,
  streamed: ({ outcome }) => `prints ${outcome.streams === true ? 'as it comes' : 'at the end'}, ${outcome.ended}`,
  'wrong-key': failed,
  'rate-limited': (one) => {
    const { retryAfter, tries: asked } = one.outcome;
    if (retryAfter === 'did not come back') return `gives up, ${one.outcome.ended}`;
    if (retryAfter === 'waited') return `waits the ${retryAfterSeconds} s${asked === 2 ? '' : `, ${tries(one)}`}, ${one.outcome.ended}`;
    return `does not wait: ${failed(one)}`;
  },
  'server-error': (one) => `${failed(one)}${one.outcome.tries === 1 ? '' : ` after ${seconds(one.seconds)}`}`,
  cut: (one) => {
    const { prints, ended, tries: asked } = one.outcome;
    const again = asked === 1 ? 'does not ask again' : 'asks again';
    return `${again}, prints ${prints}, ${ended}`;
  },
};

/** The same without the pauses. */
export const inBrief = (one: Recorded): string => inWords({ ...one, waits: [] });

export const inWords = (one: Recorded): string => bySpecies[one.case](one).replace(/(still running after \d+ s) after .*/, '$1');
