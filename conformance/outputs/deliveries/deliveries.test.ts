import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { virtualClock } from '../../canary/clock.ts';
import { redactor } from '../../engine/redact.ts';
import { openHistory } from '../../history/open-history.ts';
import type { AlertEvent, Incident, Round } from '../../history/records.ts';
import type { HistoryStore } from '../../history/store.ts';
import { checkDestination } from '../destinations/check-destination.ts';
import { prepareDestinations } from '../destinations/prepare.ts';
import { listening, type Listening } from '../testing/listening.ts';
import { incident } from '../testing/told-incident.ts';
import { startDeliveries, type Deliveries, type DeliveriesOptions } from './deliveries.ts';

const start = Date.UTC(2026, 10, 23);
const answered =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

let folder: string;
let store: HistoryStore;
let clock: ReturnType<typeof virtualClock>;
let told: string[];
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-deliveries-'));
  store = await openHistory(join(folder, 'history.db'));
  clock = virtualClock(start);
  told = [];
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await store.close();
  await rm(folder, { recursive: true });
});

const serve = async (answer: RequestListener): Promise<Listening> => {
  const server = await listening(answer);
  closing.push(server.close);
  return server;
};

const readyAt = (servers: Readonly<Record<string, string>>) =>
  prepareDestinations(
    Object.entries(servers).map(([name, url]) => ({ name, kind: 'webhook', settings: { url } })),
    { env: {}, folder },
  );

const begin = async (servers: Readonly<Record<string, string>>, more: Partial<DeliveriesOptions> = {}): Promise<Deliveries> => {
  const options = { store, clock, random: () => 0, userAgent: 'wireproof/test', redact: redactor(['a-secret-of-the-plan']) };
  const deliveries = startDeliveries({ ...options, destinations: await readyAt(servers), tell: (line) => told.push(line), ...more });
  closing.push(deliveries.close);
  return deliveries;
};

/** Settles without letting virtual time pass: what is due has been tried. */
const settled = (deliveries: Deliveries): Promise<void> => deliveries.settle(60_000);

const nothingSpent = { requests: 0, inputTokens: 0, outputTokens: 0, usd: 0 };
const roundAt = (id: string): Round => ({
  id,
  target: 'eu',
  location: 'fra',
  reason: 'scheduled',
  dueAt: start,
  startedAt: start,
  endedAt: start,
  outcome: 'complete',
  spent: nothingSpent,
});

const write = async (
  destinations: readonly string[],
  all: readonly (readonly [AlertEvent['kind'], Partial<Incident>])[],
): Promise<void> => {
  for (const [kind, changed] of all) {
    const one: Incident = { ...incident, openedAt: start, ...changed, ...(kind === 'resolved' && { closedAt: clock.now() }) };
    const event: AlertEvent = { kind, at: clock.now(), incident: one };
    await store.recordRound(roundAt(`${kind}-${one.id}`), [], () => ({ states: [], incidents: [one], events: [event] }), destinations);
  }
};

const toldBy = ({ got }: Listening): readonly string[] =>
  got.map(({ body }) => {
    const { event, incident: about } = JSON.parse(body) as { readonly event: string; readonly incident: { readonly id: string } };
    return `${event} ${about.id}`;
  });

const stateOf = async (id: string) => {
  const { attempts, nextAt, deliveredAt, givenUpAt, lastError } = (await store.deliveries()).find((each) => each.id === id) ?? {
    attempts: -1,
    nextAt: 0,
  };
  const ended = {
    ...(deliveredAt !== undefined && { deliveredAt: deliveredAt - start }),
    ...(givenUpAt !== undefined && { givenUpAt: givenUpAt - start }),
  };
  return Object.keys(ended).length > 0 ? { attempts, ...ended, lastError } : { attempts, nextInMs: nextAt - clock.now(), lastError };
};

describe('deliveries', () => {
  it('tell each destination once, the beginning before the end', async () => {
    const [a, b] = [await serve(answered(200)), await serve(answered(204))];
    await write(
      ['a', 'b'],
      [
        ['opened', {}],
        ['resolved', {}],
      ],
    );
    const deliveries = await begin({ a: a.url, b: b.url });
    await settled(deliveries);
    await settled(await begin({ a: a.url, b: b.url }));
    expect([toldBy(a), toldBy(b)]).toEqual([
      ['opened 0k3x-1', 'resolved 0k3x-1'],
      ['opened 0k3x-1', 'resolved 0k3x-1'],
    ]);
    expect([...deliveries.counts()]).toEqual([
      ['a', { delivered: 2, failed: 0, givenUp: 0 }],
      ['b', { delivered: 2, failed: 0, givenUp: 0 }],
    ]);
    expect(a.got[0]?.headers).toMatchObject({ 'user-agent': 'wireproof/test', 'wireproof-delivery': '0k3x-1:opened:a' });
  });

  it('count each destination from nought, so that the first end of a kind is a change', async () => {
    const a = await serve(answered(400));
    const deliveries = await begin({ a: a.url });
    expect([...deliveries.counts()]).toEqual([['a', { delivered: 0, failed: 0, givenUp: 0 }]]);
    deliveries.replace(await readyAt({ a: a.url, b: a.url }));
    await write(['a'], [['opened', {}]]);
    await settled(deliveries);
    expect([...deliveries.counts()]).toEqual([
      ['a', { delivered: 0, failed: 0, givenUp: 1 }],
      ['b', { delivered: 0, failed: 0, givenUp: 0 }],
    ]);
  });

  it('show the name and password of an address as such, and keep them out of the request line', async () => {
    const a = await serve(answered(200));
    await write(['a'], [['opened', {}]]);
    await settled(await begin({ a: a.url.replace('//', '//on%40call:p%3Ass%25w@') + '/hook?to=a' }));
    expect(a.got.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/hook?to=a', `Basic ${Buffer.from('on@call:p:ss%w').toString('base64')}`],
    ]);
  });

  it('let no part of a secret address come back in what a destination says', async () => {
    const a = await serve((request, response) => answered(404, {}, `Cannot POST ${request.url}`)(request, response));
    const env = { HOOK: `${a.url}/services/T0AB/B0CD/secret-word-of-the-hook?key=abcdefgh1` };
    const settings = { 'url-env': 'HOOK' };
    const { secrets } = await checkDestination({ name: 'a', kind: 'slack', settings }, env, folder);
    const destinations = await prepareDestinations([{ name: 'a', kind: 'slack', settings }], { env, folder });
    await write(['a'], [['opened', {}]]);
    await settled(await begin({}, { destinations, redact: redactor(secrets) }));
    expect((await stateOf('0k3x-1:opened:a')).lastError).toBe('404 Cannot POST [redacted]');
  });

  it('look by themselves, without being kicked', async () => {
    const a = await serve(answered(200));
    await begin({ a: a.url });
    await write(['a'], [['opened', {}]]);
    await clock.pass(5000);
    await a.after(1);
    expect(toldBy(a)).toEqual(['opened 0k3x-1']);
  });

  it('repeat what failed, each time later', async () => {
    let status = 500;
    const a = await serve((request, response) => answered(status, {}, 'try\u001b later')(request, response));
    await write(['a'], [['opened', {}]]);
    const deliveries = await begin({ a: a.url });
    await settled(deliveries);
    expect(await stateOf('0k3x-1:opened:a')).toEqual({ attempts: 1, nextInMs: 2500, lastError: '500 try later' });
    await clock.pass(2500);
    await settled(deliveries);
    expect(await stateOf('0k3x-1:opened:a')).toEqual({ attempts: 2, nextInMs: 5000, lastError: '500 try later' });
    status = 200;
    await clock.pass(5000);
    await settled(deliveries);
    expect(await stateOf('0k3x-1:opened:a')).toEqual({ attempts: 3, deliveredAt: 7500, lastError: undefined });
    expect([a.got.length, ...deliveries.counts()]).toEqual([3, ['a', { delivered: 1, failed: 2, givenUp: 0 }]]);
    expect(new Set(a.got.map(({ headers }) => headers['wireproof-delivery']))).toEqual(new Set(['0k3x-1:opened:a']));
  });

  it.each([
    ['60', 60_000],
    ['7200', 3_600_000],
    [new Date(start + 90_000).toUTCString(), 90_000],
    ['-5', 2500],
    ['soon', 2500],
    [new Date(start - 1000).toUTCString(), 2500],
  ])('wait as long as Retry-After: %s says, within an hour', async (retryAfter, nextInMs) => {
    const a = await serve(answered(429, { 'retry-after': retryAfter }));
    await write(['a'], [['opened', {}]]);
    await settled(await begin({ a: a.url }));
    expect(await stateOf('0k3x-1:opened:a')).toEqual({ attempts: 1, nextInMs, lastError: '429' });
  });

  it('give up at once what would be refused again', async () => {
    const a = await serve(answered(400, {}, 'invalid routing key'));
    await write(['a'], [['opened', {}]]);
    await settled(await begin({ a: a.url }));
    expect(await stateOf('0k3x-1:opened:a')).toEqual({ attempts: 1, givenUpAt: 0, lastError: '400 invalid routing key' });
    expect(told).toEqual(['gave up telling a that an incident of eu was opened (0k3x-1:opened:a): 400 invalid routing key']);
  });

  it('do not follow a redirect', async () => {
    const elsewhere = await serve(answered(200));
    const a = await serve(answered(302, { location: elsewhere.url }));
    await write(['a'], [['opened', {}]]);
    await settled(await begin({ a: a.url }));
    expect([elsewhere.got, await stateOf('0k3x-1:opened:a')]).toEqual([
      [],
      { attempts: 1, nextInMs: 2500, lastError: '302: a redirect is not followed' },
    ]);
  });

  it('tell others while one destination hangs, and ask that one no more than once at a time', async () => {
    const [hanging, fine] = [await serve(() => undefined), await serve(answered(200))];
    const many = Array.from({ length: 70 }, (_, index) => ['opened', { id: `many-${index}`, scenario: `area/${index}` }] as const);
    await write(['hanging'], many);
    await write(['fine'], [['opened', { id: 'zz-last', scenario: 'area/last' }]]);
    const deliveries = await begin({ hanging: hanging.url, fine: fine.url });
    deliveries.kick();
    await fine.after(1);
    await hanging.after(1);
    expect([hanging.got.length, toldBy(fine)]).toEqual([1, ['opened zz-last']]);
    const done = settled(deliveries);
    await clock.pass(10_000);
    await done;
    const first = (hanging.got[0]?.headers['wireproof-delivery'] ?? '') as string;
    expect(await stateOf(first)).toEqual({ attempts: 1, nextInMs: 2500, lastError: 'no answer within 10000 ms' });
    expect(hanging.got).toHaveLength(1);
    expect(new Set((await store.deliveries({ limit: 100 })).map(({ lastError }) => lastError))).toEqual(
      new Set([undefined, 'no answer within 10000 ms', 'waits its turn', 'waits while the destination rests after a failure']),
    );
  });

  it.each([200, 500])('do not read an answer that never ends (%i)', async (status) => {
    const a = await serve((_, response) => {
      response.writeHead(status);
      const write = (): void => {
        if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(write));
      };
      write();
    });
    await write(['a'], [['opened', {}]]);
    const deliveries = await begin({ a: a.url });
    await settled(deliveries);
    expect([...deliveries.counts().values()]).toEqual([{ delivered: status === 200 ? 1 : 0, failed: status === 200 ? 0 : 1, givenUp: 0 }]);
  });

  it('do not wait for an answer whose body never comes', async () => {
    const a = await serve((_, response) => response.writeHead(200).flushHeaders());
    await write(['a'], [['opened', {}]]);
    await settled(await begin({ a: a.url }));
    expect(await stateOf('0k3x-1:opened:a')).toMatchObject({ deliveredAt: 0 });
  });

  it('say why nothing arrived, without the address', async () => {
    const gone = await serve(answered(200));
    await gone.close();
    await write(['a'], [['opened', {}]]);
    await settled(await begin({ a: gone.url }));
    expect(await stateOf('0k3x-1:opened:a')).toEqual({ attempts: 1, nextInMs: 2500, lastError: 'ECONNREFUSED' });
  });

  it('let nothing secret out', async () => {
    const a = await serve(answered(200));
    await write(['a'], [['opened', { fault: { at: 'proxy', because: 'it said a-secret-of-the-plan and sk-live-0123456789' } }]]);
    await settled(await begin({ a: a.url }));
    expect(JSON.parse(a.got[0]?.body ?? '')).toMatchObject({ incident: { fault: { because: 'it said [redacted] and [redacted]' } } });
  });

  it('keep nothing secret of what a destination says', async () => {
    const a = await serve(answered(500, {}, 'no such key: a-secret-of-the-plan'));
    await write(['a'], [['opened', {}]]);
    await settled(await begin({ a: a.url }));
    expect(await stateOf('0k3x-1:opened:a')).toMatchObject({ lastError: '500 no such key: [redacted]' });
  });

  it('keep what is for a destination that is not configured, and tell it when it is', async () => {
    const a = await serve(answered(200));
    await write(['a'], [['opened', {}]]);
    const deliveries = await begin({});
    await settled(deliveries);
    expect(await stateOf('0k3x-1:opened:a')).toEqual({
      attempts: 1,
      nextInMs: 300_000,
      lastError: 'no destination a in the configuration',
    });
    deliveries.replace(await readyAt({ a: a.url }));
    await clock.pass(300_000);
    await settled(deliveries);
    expect(toldBy(a)).toEqual(['opened 0k3x-1']);
  });

  it('go on when the history was away', async () => {
    const a = await serve(answered(200));
    let away = true;
    const flaky: DeliveriesOptions['store'] = {
      claimDeliveries: (query) => (away ? Promise.reject(new Error('database is gone')) : store.claimDeliveries(query)),
      finishDelivery: store.finishDelivery,
    };
    await write(['a'], [['opened', {}]]);
    const deliveries = await begin({ a: a.url }, { store: flaky });
    await settled(deliveries);
    expect(told).toEqual(['the history could not be asked for deliveries: database is gone']);
    away = false;
    await clock.pass(5000);
    await a.after(1);
    expect(toldBy(a)).toEqual(['opened 0k3x-1']);
  });

  it('are not shared by two processes', async () => {
    const a = await serve(answered(200));
    const many = Array.from({ length: 30 }, (_, index) => ['opened', { id: `many-${index}`, scenario: `area/${index}` }] as const);
    await write(['a'], many);
    const two = [await begin({ a: a.url }), await begin({ a: a.url })];
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(two.map(settled));
      await clock.pass(1000);
    }
    await Promise.all(two.map(settled));
    expect([a.got.length, new Set(toldBy(a)).size]).toEqual([30, 30]);
  });

  it('end in a bounded time while a destination hangs, and leave its letter for later', async () => {
    const hanging = await serve(() => undefined);
    await write(['a'], [['opened', {}]]);
    const deliveries = await begin({ a: hanging.url });
    deliveries.kick();
    await hanging.after(1);
    const closed = deliveries.close();
    await clock.pass(5000);
    await closed;
    expect(await stateOf('0k3x-1:opened:a')).toMatchObject({ attempts: 1, lastError: expect.any(String) });
    expect(clock.pending()).toBe(0);
  });
});
