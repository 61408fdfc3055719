import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Timer } from '../clock.ts';
import type { ProxyLogLine } from '../options.ts';
import { TextSample, sampleOf } from './text-sample.ts';
import { UsageLedger } from './usage-ledger.ts';
import type { AnsweredRequest, EndedRequest, UsageRecord } from './usage-record.ts';
import { openUsageStore } from './usage-store.ts';
import type { UsageStore } from './usage-store.ts';
import { UsageTotals } from './usage-totals.ts';

const noon = Date.UTC(2026, 10, 22, 12, 0, 0);

/** A clock whose timers run when the test says so. */
const manualClock = (start = noon) => {
  let now = start;
  const due = new Map<object, { at: number; call: () => void }>();
  return {
    now: () => now,
    after: (ms: number, then: () => void): Timer => {
      const key = {};
      due.set(key, { at: now + ms, call: then });
      return { restart: () => undefined, stop: () => void due.delete(key) };
    },
    pass: (ms: number) => {
      now += ms;
      for (const [key, timer] of due) {
        if (timer.at > now) continue;
        due.delete(key);
        timer.call();
      }
    },
    waiting: () => due.size,
  };
};

const request = (more: Partial<EndedRequest> = {}): EndedRequest => ({
  at: noon,
  client: 'ci',
  dialect: 'openai-chat',
  operation: 'generate',
  stream: false,
  requestedModel: 'm',
  provider: 'p',
  credential: 'p:1',
  upstreamModel: 'up',
  outcome: 'success',
  status: 200,
  attempts: 1,
  fallbackModel: '',
  durationMs: 20,
  ...more,
});

const answered = (usage?: AnsweredRequest['usage'], input = '', output = ''): AnsweredRequest => ({
  ...(usage !== undefined && { usage }),
  input: () => sampleOf([input]),
  output: () => sampleOf([output]),
});

const ids = (): (() => string) => {
  let count = 0;
  return () => `id-${(count += 1)}`;
};

const newLedger = (parts: { clock?: ReturnType<typeof manualClock>; store?: UsageStore; nextId?: () => string } = {}) => {
  const lines: ProxyLogLine[] = [];
  const { clock = manualClock(), nextId = ids(), store } = parts;
  const ledger = new UsageLedger({
    clock,
    nextId,
    log: (line) => lines.push(line),
    ...(store !== undefined && { store }),
    retentionDays: 90,
  });
  return { ledger, lines, clock };
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-usage-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('UsageLedger', () => {
  it('counts what upstreams say, and counts by itself what they do not, marked as estimated', async () => {
    const { ledger } = newLedger();
    const counted: UsageRecord['tokens'][] = [];
    const hear = ({ tokens }: UsageRecord): void => void counted.push(tokens);
    ledger.requestEnded(request({ answered: answered({ input: 14, output: 6, cachedInput: 4, reasoning: 2 }) }), hear);
    ledger.requestEnded(request({ answered: answered({ input: 0, output: 0 }, 'told', 'as zero') }), hear);
    ledger.requestEnded(request({ answered: answered(undefined, 'Say that Wireproof is ok.', 'Wireproof says ok.') }), hear);
    ledger.requestEnded(request({ outcome: 'failure', status: 500 }), hear);
    await ledger.flush();
    expect(counted.toSorted((a, b) => b.input - a.input)).toEqual([
      { input: 14, output: 6, cachedInput: 4, reasoning: 2, estimated: false },
      { input: 7, output: 5, cachedInput: 0, reasoning: 0, estimated: true },
      { input: 0, output: 0, cachedInput: 0, reasoning: 0, estimated: false },
      { input: 0, output: 0, cachedInput: 0, reasoning: 0, estimated: false },
    ]);
    expect(ledger.totals.sums()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ outcome: 'success', requests: 3, input: 21, output: 11, estimated: 1 }),
        expect.objectContaining({ outcome: 'failure', requests: 1, input: 0, output: 0, estimated: 0 }),
      ]),
    );
  });

  it('scales the count of a text that is too long to be counted whole', async () => {
    const { ledger } = newLedger();
    const counted: number[] = [];
    const long = 'token '.repeat(200_000);
    ledger.requestEnded(request({ answered: answered(undefined, long) }), ({ tokens }) => void counted.push(tokens.input));
    await ledger.flush();
    const [input = 0] = counted;
    expect(Math.abs(input - 200_000)).toBeLessThan(5_000);
  });

  it('counts what looks like a control token, or is one endless word', async () => {
    const { ledger } = newLedger();
    const counted: number[] = [];
    const hear = ({ tokens }: UsageRecord): void => void counted.push(tokens.input);
    ledger.requestEnded(request({ answered: answered(undefined, '<|endoftext|>') }), hear);
    ledger.requestEnded(request({ answered: answered(undefined, 'x'.repeat(10_000_000)) }), hear);
    await ledger.flush();
    expect(counted.toSorted((a, b) => a - b)).toEqual([7, 1_250_000]);
  });

  it('survives a restart, and counts the same request once however often it is written', async () => {
    const path = join(folder, 'restart.db');
    const first = newLedger({ store: await openUsageStore(path) });
    first.ledger.requestEnded(request({ answered: answered({ input: 3, output: 2 }) }));
    first.ledger.requestEnded(request({ at: noon + 3_600_000, client: 'other', outcome: 'client-left', status: 499, attempts: 2 }));
    await first.ledger.close();
    const sums = first.ledger.totals.sums();
    expect(sums).toHaveLength(2);

    const second = newLedger({ store: await openUsageStore(path) });
    expect(second.ledger.totals.sums()).toEqual(sums);
    expect([...second.ledger.tokensToday()]).toEqual([
      ['ci', 5],
      ['other', 0],
    ]);
    second.ledger.requestEnded(request({ answered: answered({ input: 1, output: 1 }) }));
    await second.ledger.close();
    // The second run's ids begin again at id-1: a record with a known id is a repetition of its writing, not another request.
    const third = newLedger({ store: await openUsageStore(path) });
    expect(third.ledger.totals.sums()).toEqual(sums);
    await third.ledger.close();
  });

  it('writes within a tenth of a second, and leaves no timer behind', async () => {
    const clock = manualClock();
    const store = await openUsageStore(join(folder, 'soon.db'));
    const { ledger } = newLedger({ clock, store });
    ledger.requestEnded(request());
    expect(store.sums()).toEqual([]);
    clock.pass(100);
    expect(store.sums()).toHaveLength(1);
    ledger.requestEnded(request());
    await ledger.close();
    expect(clock.waiting()).toBe(0);
  });

  it('keeps what cannot be written, says so once, and writes it later', () => {
    const clock = manualClock();
    const written: string[] = [];
    let broken = true;
    const store: UsageStore = {
      write: (records) => {
        if (broken) throw new Error('database or disk is full');
        written.push(...records.map(({ id }) => id));
      },
      sums: () => [],
      forgetBefore: () => undefined,
      close: () => undefined,
    };
    const { ledger, lines } = newLedger({ clock, store });
    ledger.requestEnded(request());
    clock.pass(100);
    ledger.requestEnded(request());
    clock.pass(5_000);
    expect(ledger.state).toEqual({ persistent: true, waiting: 2, lost: 0, problem: 'database or disk is full' });
    broken = false;
    clock.pass(5_000);
    expect(ledger.state).toEqual({ persistent: true, waiting: 0, lost: 0 });
    expect(written).toEqual(['id-1', 'id-2']);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('writes what it can beside a record that no store takes, and goes on', async () => {
    const clock = manualClock();
    const store = await openUsageStore(join(folder, 'odd.db'));
    const { ledger, lines } = newLedger({ clock, store });
    ledger.requestEnded(request());
    ledger.requestEnded(request({ attempts: 1.5 }));
    ledger.requestEnded(request());
    clock.pass(100);
    expect([ledger.state, store.sums().map(({ requests }) => requests)]).toEqual([{ persistent: true, waiting: 0, lost: 1 }, [2]]);
    expect(lines.map(({ level, fields }) => [level, fields['problem']])).toEqual([
      ['warn', 'cannot store REAL value in INTEGER column requests.attempts'],
    ]);
    ledger.requestEnded(request());
    clock.pass(100);
    expect([ledger.state.lost, store.sums().map(({ requests }) => requests)]).toEqual([1, [3]]);
    await ledger.close();
  });

  it('does not take what failed on the way for a record that cannot be written', () => {
    const clock = manualClock();
    const written: string[] = [];
    const store: UsageStore = {
      write: (records) => {
        if (records.length > 1) throw Object.assign(new Error('cannot store'), { rawCode: 3091 });
        if (written.length > 0) throw Object.assign(new Error('database or disk is full'), { rawCode: 13 });
        written.push(...records.map(({ id }) => id));
      },
      sums: () => [],
      forgetBefore: () => undefined,
      close: () => undefined,
    };
    const { ledger } = newLedger({ clock, store });
    ledger.requestEnded(request());
    ledger.requestEnded(request());
    clock.pass(100);
    expect(ledger.state).toEqual({ persistent: true, waiting: 2, lost: 0, problem: 'database or disk is full' });
  });

  it('believes no count that would break its sums', async () => {
    const path = join(folder, 'sums.db');
    const { ledger } = newLedger({ store: await openUsageStore(path) });
    const most = Number.MAX_SAFE_INTEGER;
    for (let at = 0; at < 1_100; at += 1) ledger.requestEnded(request({ answered: answered({ input: most, output: most }) }));
    await ledger.close();
    const reopened = await openUsageStore(path);
    expect(reopened.sums().map(({ requests, input }) => [requests, input])).toEqual([[1_100, 1_100e12]]);
    reopened.close();
  });

  it('forgets what is older than it may keep', async () => {
    const path = join(folder, 'old.db');
    const clock = manualClock();
    const { ledger } = newLedger({ clock, store: await openUsageStore(path) });
    ledger.requestEnded(request({ at: noon - 89 * 86_400_000 }));
    ledger.requestEnded(request());
    clock.pass(100);
    clock.pass(2 * 86_400_000);
    ledger.requestEnded(request({ at: clock.now() }));
    await ledger.close();
    expect(ledger.totals.sums().map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-24']);
    const reopened = await openUsageStore(path);
    expect(reopened.sums().map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-24']);
    reopened.close();
  });
});

describe('openUsageStore', () => {
  it('refuses a file that is no database', async () => {
    const path = join(folder, 'no.db');
    writeFileSync(path, 'this is not a database, and long enough to be seen as none'.repeat(20));
    await expect(openUsageStore(path)).rejects.toThrow(/not a database/);
  });

  it('refuses a file of a newer version', async () => {
    const path = join(folder, 'newer.db');
    const { default: Sqlite } = await import('libsql');
    const newer = new Sqlite(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    await expect(openUsageStore(path)).rejects.toThrow('written by a newer version (schema 99)');
  });

  it('is shared by two proxies', async () => {
    const path = join(folder, 'shared.db');
    const [one, other] = [await openUsageStore(path), await openUsageStore(path)];
    const first = newLedger({ store: one, nextId: () => 'one' });
    const second = newLedger({ store: other, nextId: () => 'other' });
    first.ledger.requestEnded(request());
    second.ledger.requestEnded(request());
    await Promise.all([first.ledger.close(), second.ledger.close()]);
    const reopened = await openUsageStore(path);
    expect(reopened.sums().map(({ requests }) => requests)).toEqual([2]);
    reopened.close();
  });
});

describe('UsageTotals', () => {
  it('counts names that nobody serves as one, so that a client cannot fill the memory', () => {
    const totals = new UsageTotals();
    const tokens = { input: 0, output: 0, cachedInput: 0, reasoning: 0, estimated: false };
    for (let at = 0; at < 100; at += 1) {
      totals.add({ ...request({ requestedModel: `invented-${at}`, provider: '', outcome: 'failure' }), id: String(at), tokens });
    }
    expect(totals.sums().map(({ model, requests }) => [model, requests])).toEqual([['', 100]]);
  });

  it('has a bound', () => {
    const totals = new UsageTotals(100);
    const tokens = { input: 1, output: 0, cachedInput: 0, reasoning: 0, estimated: false };
    for (let at = 0; at < 110; at += 1) totals.add({ ...request({ client: `c${at}` }), id: String(at), tokens });
    const sums = totals.sums();
    expect(sums).toHaveLength(101);
    expect(sums.reduce((sum, { requests }) => sum + requests, 0)).toBe(110);
  });
});

describe('TextSample', () => {
  it('keeps the beginning and the length of a text, however it is cut', () => {
    const sample = new TextSample();
    for (let at = 0; at < 100_000; at += 1) sample.add('ab');
    expect(sample.length).toBe(200_000);
    expect(sample.beginning).toBe('ab'.repeat(8_192));
  });
});
