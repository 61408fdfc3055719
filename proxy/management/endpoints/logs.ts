import { ProxyError } from '../../errors.ts';
import type { KeptLine } from '../../logs/log-book.ts';
import { defineManagementRoute } from '../management-route.ts';

const mostLines = 2_000;

const wholeNumber = (name: string, text: string | undefined, usual: number): number => {
  if (text === undefined) return usual;
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ProxyError('invalid-request', `invalid ${name}: expected a whole number`);
};

const shown = ({ at, level, message, fields }: KeptLine): object => ({ time: new Date(at).toISOString(), level, message, ...fields });

/**
 * The latest log lines, oldest first. `after`: seconds since the epoch, as the page's product has it; `cursor`: the `next-cursor` of the
 * answer before, which misses and repeats no line. `limit`: of the latest.
 */
export default defineManagementRoute({
  id: 'logs',
  path: 'logs',
  methods: {
    GET: ({ logging: { book } }, { query }) => {
      const limit = Math.min(mostLines, wholeNumber('limit', query.limit, mostLines));
      const afterMs = wholeNumber('after', query.after, 0) * 1000;
      const lines = book.since(wholeNumber('cursor', query.cursor, 0), mostLines).filter(({ at }) => at > afterMs);
      const latest = lines.at(-1);
      return {
        lines: lines.slice(lines.length - Math.min(limit, lines.length)).map(shown),
        'line-count': lines.length,
        'latest-timestamp': latest === undefined ? 0 : Math.floor(latest.at / 1000),
        'next-cursor': book.latest,
      };
    },
    DELETE: ({ logging: { book } }) => {
      book.clear();
      return { status: 'ok' };
    },
  },
});
