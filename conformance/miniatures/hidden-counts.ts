import { isRecord, mapTree, withJson, type Memory, type Message, type PassOn, type Reply } from './defect.ts';

/** For defects that miscount: what `GET /v1/metrics/providers` says is changed on its way out. */

export const countsPath = '/v1/metrics/providers';

interface Counts {
  readonly requests: number;
  readonly tokens: number;
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

const countsNow = async ({ headers }: Message, passOn: PassOn): Promise<Counts> => {
  const { body } = await passOn({ method: 'GET', path: countsPath, headers, body: Buffer.alloc(0), chunked: false });
  const rows = Object.values(JSON.parse(body.toString('utf8')) as object).filter(isRecord);
  return {
    requests: rows.reduce((sum, row) => sum + number(row['request_count']), 0),
    tokens: rows.reduce((sum, row) => sum + number(row['total_tokens']), 0),
  };
};

const hiddenIn = (memory: Memory): Counts => (memory.get('hidden') as Counts | undefined) ?? { requests: 0, tokens: 0 };

/** Edits every provider's row of the counts. */
export const withRows = (reply: Reply, edit: (row: Readonly<Record<string, unknown>>) => unknown): Reply =>
  withJson(reply, (table) => mapTree(table, (value) => (isRecord(value) && 'request_count' in value ? edit(value) : value)));

/** Passes a request on, and never counts it when `isHidden` says so of its answer. For a target with one caller and one provider. */
export const hidingCounts = async (
  message: Message,
  passOn: PassOn,
  memory: Memory,
  isHidden: (reply: Reply) => boolean,
): Promise<Reply> => {
  if (message.path === countsPath) {
    const { requests, tokens } = hiddenIn(memory);
    return withRows(await passOn(message), (row) => ({
      ...row,
      request_count: number(row['request_count']) - requests,
      total_tokens: number(row['total_tokens']) - tokens,
    }));
  }
  if (message.method !== 'POST') return passOn(message);
  const before = await countsNow(message, passOn);
  const reply = await passOn(message);
  if (!isHidden(reply)) return reply;
  const after = await countsNow(message, passOn);
  const hidden = hiddenIn(memory);
  memory.set('hidden', {
    requests: hidden.requests + after.requests - before.requests,
    tokens: hidden.tokens + after.tokens - before.tokens,
  });
  return reply;
};
