import { describe, expect, it } from 'vitest';

import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import { answer } from '#fixtures/upstreams/script';
import type { FullSight } from '#scenarios/kit/sight';

import { attributionOf, type Evidence } from './attribution.ts';
import type { DirectFinding } from './differential.ts';

const receipt = {
  exchange: 'openai-chat/text',
  status: 200,
  eventsWritten: 1,
  bytesWritten: 100,
  ended: 'complete',
  firstByteMs: 1,
  endedMs: 2,
} as const;

const call = (changes: Partial<UpstreamCall> = {}): UpstreamCall => ({
  surface: 'openai-chat',
  operation: 'generate',
  stream: false,
  method: 'POST',
  path: '/v1/chat/completions',
  query: '',
  headers: {},
  bodyBytes: Buffer.from('{}'),
  wireBytes: 2,
  body: {},
  token: 'wpt_0000000000000001',
  at: 0,
  callIndex: 0,
  receipt,
  ...changes,
});

const sight = (changes: Partial<FullSight> = {}): FullSight => ({
  probe: {
    dialect: 'openai-chat',
    method: 'POST',
    path: '/v1/chat/completions',
    headers: {},
    stream: false,
    encoding: 'identity',
    framing: 'content-length',
    timeoutMs: 1_000,
    after: [],
    maxOutputTokens: 1,
  },
  token: 'wpt_0000000000000001',
  status: 200,
  headers: {},
  bodyText: '{}',
  json: {},
  events: [],
  end: 'complete',
  sentBytes: 2,
  durationMs: 1,
  upstreamCalls: [call()],
  logs: undefined,
  ...changes,
});

const failed = { verdict: 'fail', side: 'caller' } as const;
const blamed = (changes: Partial<Evidence>) =>
  attributionOf({ record: failed, sights: [sight()], script: answer('text'), nearby: true, direct: undefined, ...changes });

describe('who is at fault for a failed check over mocked upstreams', () => {
  it('the proxy, when the upstream played its script and the caller got something else', () => {
    expect(blamed({})).toEqual({
      at: 'proxy',
      because: 'the upstream played openai-chat/text (200, complete) as scripted, and the caller got something else',
    });
  });

  it('the proxy, when it left before the scripted answer was over', () => {
    expect(blamed({ sights: [sight({ upstreamCalls: [call({ receipt: { ...receipt, ended: 'client-left' } })] })] })).toEqual({
      at: 'proxy',
      because: 'the upstream played openai-chat/text (200, client-left) as scripted, and the caller got something else',
    });
  });

  it('the proxy, when the upstream was never asked', () => {
    expect(blamed({ sights: [sight({ upstreamCalls: [] })] })).toEqual({
      at: 'proxy',
      because: 'the mocked upstream was never asked: what the caller got was made by the proxy, or it asks another upstream',
    });
  });

  it('the proxy, when what reached the upstream is what deviates', () => {
    const upstreamSide = { verdict: 'fail', side: 'upstream' } as const;
    expect(blamed({ record: upstreamSide })).toEqual({ at: 'proxy', because: 'the upstream was asked once, and not as it should' });
    const broken = sight({ upstreamCalls: [call(), call({ body: undefined, jsonError: 'Unexpected end' })] });
    expect(blamed({ record: upstreamSide, sights: [broken] })).toEqual({
      at: 'proxy',
      because: 'the upstream was asked 2 times, and not as it should (no JSON: Unexpected end)',
    });
  });

  it('the proxy, when it asks for an address that no upstream has', () => {
    const lost = { ...call({ path: '/v9/chat', refused: 'no surface has this route' }), receipt: undefined } as unknown as UpstreamCall;
    expect(blamed({ sights: [sight({ status: 501, upstreamCalls: [lost] })] })).toEqual({
      at: 'proxy',
      because: 'it asked the upstream for POST /v9/chat, which no upstream has',
    });
  });

  it('the proxy, when it hung up without a status line and without asking, and no network lies between', () => {
    expect(blamed({ sights: [sight({ status: 0, end: 'reset', errorCode: 'ECONNRESET', upstreamCalls: [] })] })).toEqual({
      at: 'proxy',
      because: 'the connection ended as reset (ECONNRESET) before a status line, no upstream was asked, and no network lies between',
    });
  });
});

describe('the harness is at fault', () => {
  it('when the mocked upstream had nothing to play', () => {
    expect(blamed({ sights: [sight({ upstreamCalls: [call({ refused: 'no exchange openai-chat/nope' })] })] })).toEqual({
      at: 'harness',
      because: 'the mocked upstream could not play its script: no exchange openai-chat/nope',
    });
  });

  it('when the receipt names another exchange than the script', () => {
    expect(blamed({ sights: [sight({ upstreamCalls: [call({ receipt: { ...receipt, exchange: 'openai-chat/tool-call' } })] })] })).toEqual({
      at: 'harness',
      because: 'the mocked upstream did not do as scripted: it played openai-chat/tool-call, its script says openai-chat/text',
    });
  });

  it('but not when the journal no longer has the body that the script would look at', () => {
    const dropped = call({ bodyBytes: Buffer.alloc(0), wireBytes: 9, receipt: { ...receipt, exchange: 'openai-chat/tool-call' } });
    expect(blamed({ sights: [sight({ upstreamCalls: [dropped] })] })?.at).toBe('proxy');
  });

  it('when the answer ended otherwise than scripted', () => {
    const stalls = () => ({ exchange: 'openai-chat/text', fault: { afterEvents: 0, ending: 'stall' } as const });
    expect(blamed({ script: stalls })).toEqual({
      at: 'harness',
      because: 'the mocked upstream did not do as scripted: its answer ended as complete, its script says stall',
    });
    expect(blamed({ script: stalls, sights: [sight({ upstreamCalls: [call({ receipt: { ...receipt, ended: 'stall' } })] })] })?.at).toBe(
      'proxy',
    );
  });

  it('when the check throws, or its probe cannot be sent', () => {
    const reason = 'the check itself failed: boom';
    expect(blamed({ record: { verdict: 'error', side: 'caller', reason } })).toEqual({ at: 'harness', because: reason });
    const unsendable = sight({ status: 0, end: 'cut', errorCode: 'UND_ERR_INVALID_ARG', upstreamCalls: [] });
    expect(blamed({ sights: [unsendable] })).toEqual({
      at: 'harness',
      because: 'the probe cannot be sent as defined (UND_ERR_INVALID_ARG)',
    });
  });
});

describe('the network is at fault', () => {
  const none = (errorCode: string) => [sight({ status: 0, end: 'refused', errorCode, upstreamCalls: [] })];

  it('when no connection came about', () => {
    expect(blamed({ record: { verdict: 'unreachable', side: 'caller' }, sights: none('ECONNREFUSED') })).toEqual({
      at: 'network',
      because: 'no connection to the target: ECONNREFUSED; it is not there, or something on the way keeps us from it',
    });
  });

  it('when the connection is not secure', () => {
    expect(blamed({ record: { verdict: 'unreachable', side: 'caller' }, sights: none('CERT_HAS_EXPIRED') })).toEqual({
      at: 'network',
      because: 'no secure connection to the target: CERT_HAS_EXPIRED',
    });
  });

  it('when a target elsewhere never sent a status line', () => {
    const silent = [sight({ status: 0, end: 'timeout', upstreamCalls: [] })];
    const record = { verdict: 'inconclusive', side: 'caller', reason: 'no-answer: the exchange ended as timeout' } as const;
    expect(blamed({ record, sights: silent, nearby: false, script: undefined })).toEqual({
      at: 'network',
      because: 'the connection ended as timeout before a status line; the target, or something on the way to it, does not answer',
    });
    expect(blamed({ record, sights: silent, script: undefined })).toEqual({
      at: 'unknown',
      because: 'the connection ended as timeout before a status line; whether the proxy waited for its upstream cannot be seen from here',
    });
  });
});

describe('an answer that is no HTTP', () => {
  const garbled = sight({ status: 0, end: 'cut', errorCode: 'HPE_INVALID_CONSTANT', upstreamCalls: [] });

  it('is the fault of the proxy, where nothing else can have said it', () => {
    expect(blamed({ sights: [garbled] })).toEqual({
      at: 'proxy',
      because:
        'what came back is no HTTP that a client can read (HPE_INVALID_CONSTANT), no upstream was asked, and no network lies between',
    });
  });

  it('is not called silence, nor the fault of the network', () => {
    const because =
      'what came back is no HTTP that a client can read (HPE_INVALID_CONSTANT); whether the target said it, or something on the way to it, cannot be seen from here';
    expect(blamed({ sights: [garbled], script: undefined, nearby: false })).toEqual({ at: 'unknown', because });
    expect(blamed({ sights: [garbled], script: undefined })).toEqual({ at: 'unknown', because });
  });
});

describe('live, where the upstream is not seen', () => {
  const live = (direct: DirectFinding | undefined) => blamed({ script: undefined, sights: [sight({ upstreamCalls: [] })], direct });

  it('the comparison with the upstream itself decides', () => {
    expect(live({ kind: 'holds', note: ' (200 directly, 502 through the proxy)' })).toEqual({
      at: 'proxy',
      because: 'the same check holds when the upstream is asked directly (200 directly, 502 through the proxy)',
    });
    expect(live({ kind: 'deviates-alike', note: ' (502 both times)' })).toEqual({
      at: 'upstream',
      because: 'asked directly, the upstream deviates in the same way (502 both times)',
    });
    expect(live({ kind: 'deviates-otherwise', note: ' (401 directly, 200 through the proxy)' })).toEqual({
      at: 'unknown',
      because: 'asked directly, the upstream deviates too, but otherwise (401 directly, 200 through the proxy)',
    });
    expect(live({ kind: 'cannot-compare', note: 'the step asks the proxy about itself' })).toEqual({
      at: 'unknown',
      because: 'proxy or upstream: the step asks the proxy about itself',
    });
  });

  it('without one, the verdict says what cannot be known', () => {
    expect(live(undefined)).toEqual({
      at: 'unknown',
      because: "proxy or upstream: only the caller's side was seen; --direct URL asks the upstream itself and compares",
    });
  });
});

it('blames nobody for what held, was foretold, or was not judged for a reason of its own', () => {
  expect([
    blamed({ record: { verdict: 'pass', side: 'caller' } }),
    blamed({ record: { ...failed, foretold: true } }),
    blamed({ record: { verdict: 'inconclusive', side: 'upstream', reason: 'not-exercised: nothing happened' } }),
  ]).toEqual([undefined, undefined, undefined]);
});
