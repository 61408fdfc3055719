import { describe, expect, it } from 'vitest';

import { paletteFor } from '../reporters/palette.ts';
import type { BaseUrlReading } from './base-url-variables.ts';
import { judgeTrace } from './judge-trace.ts';
import type { Seen } from './seen.ts';
import type { Trace } from './trace-client.ts';
import { seenLine, summaryText } from './trace-text.ts';

const to = '127.0.0.1:8317';
const came = (method: string, path: string): Seen => ({
  atMs: 1,
  by: 'relay',
  kind: 'request',
  to,
  verdict: 'through',
  method,
  path,
  status: 200,
});
const past: Seen = { atMs: 2, by: 'preload', kind: 'connection', to: 'api.openai.com:443', verdict: 'bypass', pid: 7, refused: true };
const asked: Seen = { ...past, kind: 'request', method: 'POST', path: '/v1/responses' };
const unset: readonly BaseUrlReading[] = [
  { name: 'OPENAI_BASE_URL', says: 'nothing' },
  { name: 'OPENAI_API_BASE', says: 'nothing' },
];

const traced = (seen: readonly Seen[], more: Partial<Trace> = {}): Trace => ({
  target: 'http://127.0.0.1:8317',
  command: ['client'],
  seen,
  unkept: 0,
  environment: unset,
  ended: { code: 0 },
  leftBehind: 0,
  sampled: true,
  durationMs: 3,
  ...more,
});

describe('a trace', () => {
  it('is well when all that was seen went through', () => {
    const { verdict, requests, modelCalls, hints } = judgeTrace(traced([came('GET', '/v1/models'), came('POST', '/v1/messages')]));
    expect([verdict, requests, modelCalls, hints]).toEqual(['all through', 2, 1, []]);
  });

  it('is not well when something else was reached for, also when most went through', () => {
    const { verdict, bypasses } = judgeTrace(traced([came('POST', '/v1/messages'), past, asked, asked]));
    const bypass = {
      to: 'api.openai.com:443',
      connections: 1,
      datagrams: 0,
      requests: ['POST /v1/responses'],
      refused: true,
      seenBy: ['preload'],
    };
    expect([verdict, bypasses]).toEqual(['bypassed', [bypass]]);
  });

  it('has left nothing on this machine of which one part was let out', () => {
    const refusedOf = (...seen: readonly Seen[]) => judgeTrace(traced(seen)).bypasses.map(({ refused }) => refused);
    const { refused: _, ...letOut } = past;
    expect([refusedOf(past, asked), refusedOf(past, letOut), refusedOf(letOut, asked), refusedOf(letOut)]).toEqual([
      [true],
      [false],
      [false],
      [false],
    ]);
  });

  it('is judged in no time also where it went to thousands of places', () => {
    const seen = Array.from({ length: 10_000 }, (_, index): Seen => ({ ...past, to: `vendor-${index}:443` }));
    const startedAt = performance.now();
    expect(judgeTrace(traced(seen)).bypasses).toHaveLength(10_000);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('is not well when nothing was seen', () => {
    const noted: Seen = { atMs: 1, by: 'preload', kind: 'look-up', to: 'api.openai.com', verdict: 'noted' };
    expect(judgeTrace(traced([noted])).verdict).toBe('nothing seen');
    expect(judgeTrace(traced([{ ...past, verdict: 'allowed' }])).verdict).toBe('nothing seen');
  });

  it('is well without a question to a model, unless one is wanted', () => {
    const own = traced([came('GET', '/api/user')]);
    expect([judgeTrace(own).verdict, judgeTrace(own, true).verdict]).toEqual(['all through', 'no model call']);
    expect(judgeTrace(own).hints).toEqual([expect.stringContaining('lets its own servers ask')]);
  });

  it('counts connections to the target whose requests nobody sees', () => {
    const tunnel: Seen = { atMs: 1, by: 'forward-proxy', kind: 'connection', to, verdict: 'through' };
    const { verdict, requests, unreadConnections } = judgeTrace(traced([tunnel]));
    expect([verdict, requests, unreadConnections]).toEqual(['all through', 0, 1]);
  });

  it('does not say that no model was asked where that could not be seen', () => {
    const tunnel: Seen = { atMs: 1, by: 'forward-proxy', kind: 'connection', to, verdict: 'through' };
    const trace = traced([came('GET', '/v1/models'), tunnel]);
    const summary = judgeTrace(trace, true);
    expect([summary.verdict, summary.hints]).toEqual(['model calls unread', [expect.stringContaining('cannot be read here')]]);
    expect([judgeTrace(trace).verdict, judgeTrace(trace).hints]).toEqual(['all through', []]);
    expect(summaryText(trace, summary, paletteFor(false)).split('\n')[0]).toBe(
      'whether a model was asked through http://127.0.0.1:8317 cannot be known: 1 request, 0 model calls among them, and 1 connection that cannot be read',
    );
    expect(judgeTrace(traced([came('POST', '/v1/messages'), tunnel]), true).verdict).toBe('all through');
  });
});

describe('hints', () => {
  const hintsFor = (environment: readonly BaseUrlReading[]): readonly string[] => judgeTrace(traced([past], { environment })).hints;

  it('say that no variable names the target', () => {
    expect(hintsFor(unset)).toEqual([expect.stringMatching(/^no base-URL variable .*OPENAI_BASE_URL, OPENAI_API_BASE.*--give/)]);
  });

  it('say which one names another place', () => {
    const environment: readonly BaseUrlReading[] = [{ name: 'OPENAI_BASE_URL', says: 'elsewhere', origin: 'https://api.openai.com' }];
    expect(hintsFor(environment)[0]).toBe('OPENAI_BASE_URL names https://api.openai.com, not the target');
  });

  it('say that an older spelling is set alone', () => {
    const environment: readonly BaseUrlReading[] = [
      { name: 'OPENAI_BASE_URL', says: 'nothing' },
      { name: 'OPENAI_API_BASE', says: 'the target' },
    ];
    expect(hintsFor(environment)[0]).toMatch(/^OPENAI_API_BASE names the target, but its successor OPENAI_BASE_URL does not/);
  });
});

describe('what people read', () => {
  const paint = paletteFor(false);

  it('has one line for each thing, with who saw it', () => {
    expect(seenLine(came('POST', '/v1/messages'), paint)).toBe(
      'through  POST /v1/messages → 200 to 127.0.0.1:8317  seen by the relay in front of the target',
    );
    expect(seenLine(past, paint)).toBe('BYPASS   connection to api.openai.com:443, refused  seen by our module inside of the Node process');
  });

  it('lets nothing of what was seen move the cursor', () => {
    expect(seenLine({ ...past, to: 'a\u001b[2J:1' }, paint)).toContain('a\\x1b[2J:1');
  });

  it('names the places, who saw them, how the client ended, and what cannot be seen', () => {
    const trace = traced([past, asked], { ended: { signal: 'SIGTERM', timedOut: true }, leftBehind: 2, unkept: 1 });
    expect(summaryText(trace, judgeTrace(trace), paint).split('\n')).toEqual([
      'not all went through http://127.0.0.1:8317: 1 other place was reached for; through it came 0 requests, 0 model calls among them',
      '  api.openai.com:443: 1 connection, 1 kind of request; refused, nothing left this machine',
      '    POST /v1/responses',
      '    seen by our module inside of the Node process',
      expect.stringMatching(/^hint: no base-URL variable/),
      '1 more were seen and not kept',
      'the client: ended by SIGTERM, as its time was over; it left 2 processes behind, ended now',
      'what cannot be seen:',
      expect.stringContaining('shorter than a tenth of a second'),
      expect.stringContaining('QUIC'),
      expect.stringContaining('Unix sockets'),
      '',
    ]);
  });
});
