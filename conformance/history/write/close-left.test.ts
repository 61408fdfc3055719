import { afterAll, describe, expect, it } from 'vitest';

import { openHistory } from '../open-history.ts';
import type { Decision } from '../store.ts';
import { testBackends } from '../testing/backends.ts';
import { decideNothing, incidentAt, roundAt } from '../testing/records.ts';

const { backends, remove } = await testBackends();
afterAll(remove);

const hourMs = 3_600_000;
const start = 500_000 * hourMs;
const now = start + 30 * hourMs;
const query = { watched: ['kept'], silentSince: start + 6 * hourMs, now };

/** An incident of the target that was opened and told at the start. */
const openingAt = (target: string): Decision => {
  const incident = incidentAt(start, { id: `of-${target}`, target });
  return { states: [], incidents: [incident], events: [{ kind: 'opened', at: start, incident }] };
};

describe.each(backends)('incidents of targets that are left, on $kind', ({ newLocation }) => {
  const opened = async () => {
    const store = await openHistory(await newLocation());
    for (const target of ['kept', 'left', 'elsewhere']) {
      const round = roundAt(start, { id: `first-${target}`, target });
      await store.recordRound(round, [], () => openingAt(target), target === 'left' ? ['pager', 'chat'] : ['pager']);
    }
    await store.recordRound(roundAt(start + 10 * hourMs, { target: 'elsewhere' }), [], decideNothing, []);
    return store;
  };

  it('are closed and say why, and what somebody watches stays open', async () => {
    const store = await opened();
    const title = 'Streams are cut (closed because nobody asks this target any more)';
    expect(await store.closeLeft(query)).toMatchObject([{ id: 'of-left', target: 'left', closedAt: now, title }]);
    expect(await store.incident('of-left')).toMatchObject({ closedAt: now, title });
    expect((await store.incidents({ open: true })).map(({ target }) => target).sort()).toEqual(['elsewhere', 'kept']);
    expect(await store.closeLeft(query)).toEqual([]);
    await store.close();
  });

  it('are told as over to those who were told that they began', async () => {
    const store = await opened();
    await store.closeLeft(query);
    const told = (await store.deliveries({ incident: 'of-left' })).map(({ destination, event }) => `${event.kind} ${destination}`);
    expect(told.sort()).toEqual(['opened chat', 'opened pager', 'resolved chat', 'resolved pager']);
    expect((await store.deliveries({})).filter(({ event }) => event.kind === 'resolved')).toHaveLength(2);
    await store.close();
  });

  it('stay open where the target is asked seldom, as its rounds before show', async () => {
    const store = await opened();
    // Every ten hours, and once more right after the failure.
    for (const hours of [-20, -10]) await store.recordRound(roundAt(start + hours * hourMs, { target: 'left' }), [], decideNothing, []);
    await store.recordRound(roundAt(start + 1, { id: 'again', target: 'left' }), [], decideNothing, []);
    expect(await store.closeLeft(query)).toEqual([]);
    expect(await store.closeLeft({ ...query, now: start + 31 * hourMs })).toMatchObject([{ id: 'of-left' }]);
    await store.close();
  });

  it('can open again when the target is asked again', async () => {
    const store = await opened();
    await store.closeLeft(query);
    const again = incidentAt(now + 1, { id: 'again', target: 'left' });
    await store.recordRound(roundAt(now + 1, { target: 'left' }), [], () => ({ states: [], incidents: [again], events: [] }), []);
    expect((await store.incidents({ target: 'left', open: true })).map(({ id }) => id)).toEqual(['again']);
    await store.close();
  });
});
