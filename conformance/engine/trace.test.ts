import { describe, expect, it } from 'vitest';

import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import { TOKEN, type Probe } from '#scenarios/kit/probe';
import type { FullSight, SseEvent } from '#scenarios/kit/sight';

import { redactor } from './redact.ts';
import type { StepOutcome } from './steps.ts';
import { traceOf } from './trace.ts';

const probe: Probe = {
  dialect: 'openai-chat',
  method: 'POST',
  path: '/v1/chat/completions',
  headers: {},
  body: { json: { note: TOKEN } },
  stream: true,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs: 1,
  after: [],
  maxOutputTokens: 1,
};

const event = (index: number): SseEvent => ({ event: 'delta', data: `n${index}`, json: undefined, atMs: 10 + index });

const call: UpstreamCall = {
  surface: 'codex',
  operation: 'generate',
  stream: true,
  method: 'POST',
  path: '/responses',
  query: '',
  headers: { authorization: 'Bearer upstream-secret' },
  bodyBytes: Buffer.from('{"key":"the-callers-key"}'),
  wireBytes: 25,
  body: {},
  token: 'wpt_abcdefghij012345',
  callIndex: 0,
  at: 1_004,
  receipt: { exchange: 'codex/text.stream', status: 200, eventsWritten: 3, bytesWritten: 300, ended: 'reset', firstByteMs: 1, endedMs: 4 },
};

const seen = (changes: Partial<FullSight>): StepOutcome => ({
  kind: 'seen',
  startedAt: 1_000,
  sight: {
    probe,
    token: 'wpt_abcdefghij012345',
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    bodyText: '',
    json: undefined,
    events: [],
    end: 'complete',
    sentBytes: 31,
    firstByteMs: 5.25,
    durationMs: 40,
    upstreamCalls: [],
    logs: undefined,
    ...changes,
  },
});

const asText = (outcome: StepOutcome): readonly string[] =>
  traceOf(new Map([['ask', outcome]]), redactor(['the-callers-key'])).map(
    ({ atMs, step, side, direction, what }) => `${atMs} ${step} ${side} ${direction}: ${what}`,
  );

describe('traceOf', () => {
  it('shows both sides in time, with the token and without credentials', () => {
    expect(asText(seen({ upstreamCalls: [call], events: [event(0)], end: 'cut', errorCode: 'UND_ERR_SOCKET' }))).toEqual([
      '0 ask caller sent: POST /v1/chat/completions 31 bytes {"note":"wpt_abcdefghij012345"}',
      '4 ask upstream received: codex POST /responses 25 bytes {"key":"[redacted]"}',
      '5.3 ask caller received: 200 text/event-stream',
      '8 ask upstream sent: 200 codex/text.stream: 3 events, 300 bytes, ended reset',
      '10 ask caller received: event delta n0',
      '40 ask caller received: ended: cut UND_ERR_SOCKET after 1 events',
    ]);
  });

  it('leaves out the middle of a long stream and says how much', () => {
    const lines = asText(seen({ events: Array.from({ length: 500 }, (_, index) => event(index)), durationMs: 600 }));
    expect(lines.slice(10, 14)).toEqual([
      '18 ask caller received: event delta n8',
      '19 ask caller received: event delta n9',
      '508 ask caller received: (488 events left out) event delta n498',
      '509 ask caller received: event delta n499',
    ]);
    expect(lines).toHaveLength(15);
  });

  it('is bounded, whatever the target sends', () => {
    const hostile = Array.from({ length: 50 }, (_, index) => [`step-${index}`, seen({ bodyText: 'x'.repeat(1_000_000) })] as const);
    const lines = traceOf(new Map(hostile), redactor([]));
    expect(lines).toHaveLength(120);
    expect(Math.max(...lines.map((line) => line.what.length))).toBeLessThan(700);
  });

  it('has nothing to show for a step that was not run', () => {
    expect(asText({ kind: 'skipped', reason: 'budget-spent', note: '' })).toEqual([]);
  });
});
