import { createHash } from 'node:crypto';
import { request } from 'node:http';

import { afterEach, describe, expect, it } from 'vitest';

import type { Recording } from '#fixtures/recordings/recording';
import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { loadRouting } from '#fixtures/upstreams/routing';
import { startMockUpstream } from '#fixtures/upstreams/serve';
import { replay, type Ending, type Play, type Script, type Wire } from '#fixtures/upstreams/script';

import type { Captured } from '../record/captured.ts';
import { recordedSet } from './make-set.ts';
import { startRecordedUpstream } from './record-upstream.ts';
import { asRecordedCall } from './recorded-call.ts';
import { startReplayedUpstream } from './replay-upstream.ts';

const token = 'wpt_0123456789abcdef';
const stream = 'openai-chat/text.stream';

const upstreams: MockUpstream[] = [];
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

interface Seen {
  readonly status: number;
  readonly version: string;
  readonly body: string;
  readonly bytes: number;
  readonly trailers: readonly string[];
  readonly informational: readonly number[];
  /** `end`, or the error's code. */
  readonly ended: string;
}

/** Asks once; leaves when `leaveAt` is in the body, with '' at its first bytes. */
const ask = (url: string, leaveAt?: string): Promise<Seen> =>
  new Promise((resolve) => {
    const informational: number[] = [];
    const seen = (parts: Partial<Seen>): void =>
      resolve({ status: 0, version: '', body: '', bytes: 0, trailers: [], informational, ended: 'end', ...parts });
    const outgoing = request(`${url}/chat/completions`, { method: 'POST', agent: false });
    outgoing.on('information', ({ statusCode }) => void informational.push(statusCode));
    let answered = false;
    // Behind the head, the answer has the error, too.
    outgoing.on('error', (error: NodeJS.ErrnoException) => (answered ? undefined : seen({ ended: error.code ?? 'error' })));
    outgoing.once('response', (answer) => {
      answered = true;
      const hash = createHash('sha256');
      let text = '';
      let bytes = 0;
      const end = (ended: string): void =>
        seen({
          status: answer.statusCode ?? 0,
          version: answer.httpVersion,
          body: hash.digest('hex'),
          bytes,
          trailers: answer.rawTrailers,
          ended,
        });
      answer.on('data', (piece: Buffer) => {
        hash.update(piece);
        bytes += piece.length;
        if (leaveAt === undefined) return;
        text += piece.toString('latin1');
        if (text.includes(leaveAt)) answer.destroy(Object.assign(new Error('left'), { code: 'LEFT' }));
      });
      answer.once('end', () => end('end'));
      answer.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
    });
    outgoing.end(JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: token }] }));
  });

const started = async (upstream: Promise<MockUpstream>, script: Script): Promise<MockUpstream> => {
  const running = await upstream;
  upstreams.push(running);
  running.script(token, script);
  return running;
};

const receiptOf = async (upstream: MockUpstream) => {
  await upstream.settled(token, 5_000);
  const { exchange, ended, eventsWritten } = upstream.calls(token)[0]?.receipt ?? {};
  return { exchange, ended, eventsWritten };
};

/** What is there after the pass-through has told of everything. */
const recordingsOf = async (captured: readonly Captured[]): Promise<readonly Recording[]> => {
  const routing = await loadRouting();
  const calls = await Promise.all(captured.map((one) => asRecordedCall(one, routing)));
  return [
    ...recordedSet(
      calls.filter((call) => call !== undefined),
      'wireproof 0.0.0',
    ).recordings,
  ];
};

const playedOnce = async (play: Play, leaveAt?: string) => {
  const upstream = await started(startMockUpstream(), replay(play));
  const seen = await ask(upstream.baseUrl('openai-chat'), leaveAt);
  return { seen, receipt: await receiptOf(upstream) };
};

const recordedOnce = async (play: Play, leaveAt?: string): Promise<readonly Recording[]> => {
  const captured: Captured[] = [];
  const onCaptured = (one: Captured): void => void captured.push(one);
  const upstream = await started(startRecordedUpstream({ now: () => Date.UTC(2026, 10, 23), onCaptured }), replay(play));
  await ask(upstream.baseUrl('openai-chat'), leaveAt);
  await upstream.settled(token, 5_000);
  await upstream.close();
  return recordingsOf(captured);
};

const replayedOnce = async (recordings: readonly Recording[], play: Play, leaveAt?: string) => {
  const upstream = await started(startReplayedUpstream(recordings, {}), replay(play));
  const seen = await ask(upstream.baseUrl('openai-chat'), leaveAt);
  return { seen, receipt: await receiptOf(upstream) };
};

const endings: readonly Ending[] = [
  'clean-eof',
  'eof',
  'reset',
  'mid-chunk',
  'error-event',
  'garbage',
  'bad-json',
  'oversized-line',
  'bad-chunk-size',
];
/** A slow head is a delay in a recording. */
const wires: readonly Wire[] = ['http-1.0', 'informational', 'trailers'];
const plays: readonly (readonly [string, Play])[] = [
  ['a stream', { exchange: stream }],
  ['a body with a length', { exchange: 'openai-chat/text' }],
  ['a gzip bomb', { exchange: stream, fault: { afterEvents: 0, ending: 'gzip-bomb' } }],
  ...endings.map((ending) => [`ending ${ending}`, { exchange: stream, fault: { afterEvents: 2, ending } }] as const),
  ...wires.map((wire) => [`wire ${wire}`, { exchange: stream, wire }] as const),
];

describe('a replay', () => {
  it.each(plays)('shows what the mocked upstream shows: %s', async (_, play) => {
    const recordings = await recordedOnce(play);
    expect(recordings).toHaveLength(1);
    expect(await replayedOnce(recordings, play)).toEqual(await playedOnce(play));
  });

  it.each([
    ['in the middle', { exchange: stream, untilSeen: [' says', ' ok.'] }, ' says'],
    ['in a silence', { exchange: stream, fault: { afterEvents: 2, ending: 'stall' } }, ''],
  ] satisfies readonly (readonly [string, Play, string])[])('is silent where a client left, %s', async (_, play, leaveAt) => {
    const recordings = await recordedOnce(play, leaveAt);
    expect(recordings.map(({ answer }) => answer?.ends)).toEqual(['open']);
    expect(await replayedOnce(recordings, play, leaveAt)).toEqual(await playedOnce(play, leaveAt));
  });

  it('gives each recording once', async () => {
    const recordings = await recordedOnce({ exchange: stream });
    const upstream = await started(startReplayedUpstream(recordings, {}), replay({ exchange: stream }));
    const answers = [await ask(upstream.baseUrl('openai-chat')), await ask(upstream.baseUrl('openai-chat'))];
    expect(answers.map(({ status }) => status)).toEqual([200, 501]);
    expect(upstream.calls(token).map(({ refused }) => refused)).toEqual([
      undefined,
      `not-in-recording: no recording for POST /v1/chat/completions of openai-chat, token ${token}, its call 2`,
    ]);
  });
});
