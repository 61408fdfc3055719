import { describe, expect, it } from 'vitest';

import { exchange } from '#fixtures/catalogue';
import type { Recording } from '#fixtures/recordings/recording';
import { recorded, recordedAnswer } from '#fixtures/recordings/testing/recorded';

import { learnBaseline } from './compare.ts';
import { driftExitCode, driftReport, type ReportOptions } from './drift-report.ts';
import { countsText, gapsText } from './drift-words.ts';
import { questionOf, type Sample, sampleOfExchange, sampleOfRecording } from './sample.ts';

const compared = async (old: readonly Sample[], fresh: readonly Sample[], options: ReportOptions = {}) => {
  const report = await driftReport(await learnBaseline(old), old, fresh, new Map(), options);
  const changes = report.changes.map(({ kind, surface, path }) => `${kind} ${surface} ${path}`);
  return { report, changes, exit: driftExitCode(report, false), says: [countsText(report), ...gapsText(report)] };
};

const sampleOf = (recording: Recording): Sample => {
  const sample = sampleOfRecording(recording);
  if (sample === undefined) throw new Error('no answer');
  return sample;
};

type Answer = Parameters<typeof recordedAnswer>[0];
const answering = (id: string, text: string, parts: Answer = {}): Sample =>
  sampleOf(recorded(id, {}, { answer: recordedAnswer({ pieces: [{ afterMs: 0, utf8: text }], ...parts }) }));
const page = (id: string, text: string): Sample => answering(id, text, { fields: [['Content-Type', 'text/html']] });
const encoded = (id: string): Sample => answering(id, 'x', { fields: [['Content-Encoding', 'zstd']] });

const zstd = 'content-encoding zstd is none of gzip, x-gzip, deflate, br';
const without = ({ surface: _surface, ...rest }: Sample): Sample => rest;

describe('an answer to what the baseline asked', () => {
  const other = (sample: Sample): Sample => ({ ...sample, body: { form: 'json', value: { totally: 'other' } } });
  const ofId = (id: string): Sample => sampleOfExchange(exchange(id));
  const moved = (sample: Sample): Sample => ({ ...sample, request: { ...sample.request, path: '/mount/chat/completions' } });

  it.each([
    ['a surface that its path does not tell', 'iflow/text', (sample: Sample): Sample => ({ ...sample, surface: 'openai-chat' })],
    ['no surface', 'antigravity/text', without],
    ['another mount', 'openai-chat/text', moved],
  ])('is compared though it was recorded with %s', async (_, id, again) => {
    const [before, after] = [ofId(id), again(other(ofId(id)))];
    const { changes, exit } = await compared([before], [after]);
    expect([exit, changes.every((change) => change.includes(` ${before.surface} `))]).toEqual([1, true]);
    expect((await compared([before], [again(before)])).report).toMatchObject({ changes: [], unread: [] });
  });
});

describe('what could not be compared is told, and is no good news', () => {
  const old = [answering('a/one', '{"a":1}')];

  it('an answer of a kind that the baseline does not have', async () => {
    const busy = { ...page('a/one.again-1', 'busy'), status: 500 };
    const { exit, says } = await compared([...old, busy], [page('a/one', 'hello')]);
    expect([exit, says]).toEqual([
      3,
      [
        'nothing could be compared: 0 breaking, 0 additive, 0 cosmetic; 1 answer against 2',
        'could not be compared: a/one: no answer of the baseline has its status together with its form',
      ],
    ]);
  });

  it.each([
    ['a text that is another', page('a/one', 'closed for today'), page('a/one', 'open')],
    [
      'a stream without events that is another',
      answering('a/one', '{"error":1', { fields: [['Content-Type', 'text/event-stream']] }),
      answering('a/one', '{"error":2', { fields: [['Content-Type', 'text/event-stream']] }),
    ],
    [
      'a stream of texts that is another',
      answering('a/one', 'data: one text that is rather long\n\n', { fields: [['Content-Type', 'text/event-stream']] }),
      answering('a/one', 'data: another text that is as long\n\n', { fields: [['Content-Type', 'text/event-stream']] }),
    ],
  ])('%s', async (_, before, after) => {
    const { exit, says } = await compared([before], [after]);
    expect([exit, says[1]]).toEqual([3, 'could not be compared: a/one: nothing in its body is JSON, and it is other than before']);
    expect((await compared([before], [before])).exit).toBe(0);
  });

  it('errors only, where the baseline has answers, too', async () => {
    const busy = (id: string): Sample => ({ ...answering(id, '{"error":{"code":"busy"}}'), status: 500 });
    const before = [...old, busy('a/one.again-1')];
    const { exit, says } = await compared(before, [busy('a/one'), busy('a/one.again-1')]);
    expect([exit, says[1]]).toEqual([3, 'could not be compared: a/one: only errors came, where the baseline has answers, too']);
    expect((await compared(before, [busy('a/one'), ...old])).exit).toBe(0);
  });

  it('an answer that cannot be decoded', async () => {
    const { exit, says } = await compared(old, [encoded('a/one')]);
    expect([exit, says]).toEqual([
      3,
      ['nothing could be compared: 0 breaking, 0 additive, 0 cosmetic; 1 answer against 1', `could not be compared: a/one: ${zstd}`],
    ]);
  });

  it('an answer of the baseline that cannot be decoded', async () => {
    const { exit, says, report } = await compared([encoded('a/one'), page('a/two', 'same')], [...old, page('a/two', 'same')]);
    expect([exit, says, report.notCompared, report.notInBaseline]).toEqual([
      3,
      [
        'only a part could be compared: 0 breaking, 0 additive, 0 cosmetic; 2 answers against 2',
        `could not be compared: a/one: nothing of the baseline's answer could be read: ${zstd}`,
      ],
      ['a/one'],
      [],
    ]);
  });

  it('one of several answers of the baseline that cannot be decoded', async () => {
    const { exit, says, report } = await compared([encoded('a/one'), answering('a/one.again-1', '{"a":2}')], old);
    expect([exit, says[1], report.notCompared]).toEqual([3, `could not be compared: a/one: in the baseline, ${zstd}`, []]);
  });

  it('a socket of the baseline', async () => {
    const { answer: _answer, ...rest } = recorded('a/socket', {});
    const socket = questionOf({ ...rest, socket: { frames: [], ends: 'close' } });
    const { exit, says, report } = await compared([...old, socket], [...old, { ...socket, id: 'b/socket', group: 'b/socket' }]);
    expect([exit, says, report.notCompared]).toEqual([
      3,
      [
        'only a part could be compared: 0 breaking, 0 additive, 0 cosmetic; 1 answer against 1',
        'could not be compared: a/socket: in the baseline, a WebSocket, which has no answer to compare',
      ],
      [],
    ]);
    const gaps = [{ id: 'a/socket', samples: 0, because: 'a WebSocket, which is not asked again' }];
    const live = { upstream: 'http://127.0.0.1', wanted: 1, requests: 1, tokens: 0, seconds: 0, gaps };
    expect((await compared([...old, socket], old, { live })).says.slice(1)).toEqual([
      'not compared: a/socket: a WebSocket, which is not asked again',
    ]);
  });

  it('what has no new answer, beside what the baseline never asked', async () => {
    const { exit, says } = await compared([...old, page('a/two', 'same')], [page('a/two', 'same'), answering('b/one', '{}')]);
    expect([exit, says.slice(1)]).toEqual([3, ['without a new answer: a/one', 'not in the baseline: b/one']]);
  });
});
