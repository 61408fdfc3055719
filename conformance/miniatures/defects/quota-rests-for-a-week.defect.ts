import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';

const week = 604_800;

export default defineDefect({
  id: 'quota-rests-for-a-week',
  about: 'Who waits for a quota is told to come back in a week, whatever the upstream says',
  seenIn: 'CLIProxyAPI issues 1666, 4724 and 5277; sheet X3 (e) 2',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 429) return reply;
    const told = { ...reply, headers: { ...reply.headers, 'retry-after': String(week) } };
    return withJson(told, (body) =>
      mapTree(body, (value) => (isRecord(value) && 'reset_seconds' in value ? { ...value, reset_seconds: week } : value)),
    );
  },
});
