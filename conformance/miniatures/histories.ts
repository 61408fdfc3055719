import { jsonOf, withJson, type Message } from './defect.ts';

/** For defects of long conversations: the lists in which callers keep what was said before. */

const lists = ['messages', 'input', 'contents'];

export const turnsIn = (message: Message): number => {
  const body = jsonOf(message.body) ?? {};
  return Math.max(0, ...lists.map((list) => (Array.isArray(body[list]) ? body[list].length : 0)));
};

/** The same request with the last so many turns of its history. */
export const withLastTurns = (message: Message, most: number): Message =>
  turnsIn(message) <= most
    ? message
    : withJson(message, (body) =>
        Object.fromEntries(
          Object.entries(body).map(([key, value]) => [key, lists.includes(key) && Array.isArray(value) ? value.slice(-most) : value]),
        ),
      );
