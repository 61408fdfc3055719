import { describe, expect, it } from 'vitest';

import { plainTarget } from '../testing/round-setting.ts';
import { dueRounds, expiresAfterSeconds, jobId } from './round-job.ts';

const minute = 60_000;
const start = 1_000 * minute;
const target = plainTarget('http://127.0.0.1:9', {
  schedule: {
    when: { everyMs: minute },
    jitterMs: 0,
    timeZone: 'UTC',
    blackouts: [{ from: '50 16 * * *', forMs: 5 * minute, reason: 'backup' }],
  },
});

describe('the due rounds of a stretch of time', () => {
  it('are all that are coming, and of those that were missed the newest', () => {
    const coming = dueRounds(target, start, start, start + 3 * minute);
    expect(coming.overdue).toBe(0);
    const dues = coming.jobs.map(({ due }) => due);
    expect(dues.map((due) => Math.floor((due - start) / minute))).toEqual([0, 1, 2]);
    const late = dueRounds(target, start, start + 2 * minute, start + 3 * minute);
    expect([late.jobs.map(({ due }) => due), late.overdue]).toEqual([dues.slice(1), 1]);
  });

  it('are none in a blackout', () => {
    // 16:40 and ten minutes.
    expect(dueRounds(target, start + 10 * minute, start, start + 15 * minute)).toEqual({ jobs: [], overdue: 0 });
  });
});

describe('a job', () => {
  it('has one place in the queue of its location', () => {
    const job = { target: 'a', due: 5, reason: 'scheduled' as const };
    const ids = [
      jobId('here', job),
      jobId('there', job),
      jobId('here', { ...job, due: 6 }),
      jobId('here', { ...job, reason: 'confirmation' }),
    ];
    expect([new Set(ids).size, jobId('here', { ...job, scenarios: ['x'] }) === ids[0]]).toEqual([4, true]);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('expires only when its round has ended of itself, and was not written', () => {
    // One request of 5 s and 5 s of overhead.
    expect(expiresAfterSeconds(target, 15)).toBe(25);
    expect(expiresAfterSeconds({ ...target, budget: { ...target.budget, round: { seconds: 2 } } }, 15)).toBe(17);
  });
});
