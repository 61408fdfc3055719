import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startMockUpstream } from '#fixtures/upstreams/serve';
import { answer, replay, type Script } from '#fixtures/upstreams/script';
import { loadRecordings } from '#fixtures/recordings/recording-file';
import { bytesOf } from '#fixtures/recordings/recorded-bytes';
import { exchange } from '#fixtures/catalogue';

import type { Captured } from './captured.ts';
import { startPassThrough } from './pass-through.ts';
import { Placeholders } from './placeholders.ts';
import { type Outcome, Recorder } from './recorder.ts';
import { wholeAnswer } from './testing/whole-answer.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'recorder-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Records what `client` does with the mocked upstreams. */
const record = async (
  client: (url: string) => Promise<unknown>,
  { output = directory, script = answer('text') }: { readonly output?: string; readonly script?: Script } = {},
): Promise<readonly Outcome[]> => {
  const upstream = await startMockUpstream({ otherwise: script });
  const outcomes: Outcome[] = [];
  const recorder = new Recorder({
    upstream: upstream.baseUrl('openai-chat'),
    tool: 'wireproof 0.0.0',
    allowed: new Set(),
    dropContent: false,
    placeholders: new Placeholders(),
    directory: output,
    onOutcome: (outcome) => void outcomes.push(outcome),
  });
  const passThrough = await startPassThrough({
    upstream: upstream.baseUrl('openai-chat'),
    host: '127.0.0.1',
    port: 0,
    mostBytes: 65_536,
    idleMs: 20_000,
    plain: false,
    now: () => Date.UTC(2026, 10, 23),
    onCaptured: recorder.take,
  });
  await client(passThrough.url);
  await passThrough.close();
  await upstream.close();
  return outcomes;
};

/** An exchange as a pass-through tells of it. */
const captured = (request: Partial<Captured['request']>, answer: Partial<NonNullable<Captured['answer']>> = {}): Captured => ({
  at: 0,
  request: { method: 'POST', target: '/v1/chat/completions', fields: [], body: Buffer.from('{}'), whole: true, ...request },
  answer: wholeAnswer('', answer),
});

const newRecorder = () => {
  const outcomes: Outcome[] = [];
  const about = { upstream: 'https://api.vendor.test', tool: 'wireproof 0.0.0', allowed: new Set<string>(), dropContent: false };
  const onOutcome = (outcome: Outcome): void => void outcomes.push(outcome);
  return { recorder: new Recorder({ ...about, placeholders: new Placeholders(), directory, onOutcome }), outcomes };
};

const askFor = (stream: boolean) => async (url: string) => {
  const body = JSON.stringify({ model: 'gpt-4.1', stream, messages: [{ role: 'user', content: 'Say ok.' }] });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-proj-9f8E7d6C5b4A3928170615zZ' };
  const answered = await fetch(`${url}/chat/completions`, { method: 'POST', headers, body });
  return answered.text();
};

describe('a recorder', () => {
  it('keeps what the mocked upstream was told to put on the wire, piece for piece', async () => {
    const bytes = 100;
    await record(askFor(true), { script: replay({ exchange: 'openai-chat/text.stream', dribble: { bytes, everyMs: 0 } }) });
    const [recording] = loadRecordings(directory);
    const { response } = exchange('openai-chat/text.stream');
    const whole = response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : '')).join('');
    const cut = Array.from({ length: Math.ceil(whole.length / bytes) }, (_, at) => whole.slice(at * bytes, (at + 1) * bytes));
    expect(recording?.id).toBe('openai-chat/post-chat-completions.stream-0001');
    expect(recording?.answer?.pieces.map((piece) => bytesOf(piece).toString())).toEqual(cut);
    expect([recording?.answer?.status, recording?.answer?.framing, recording?.answer?.ends]).toEqual([
      response.status,
      'chunked',
      'complete',
    ]);
  });

  it('writes no key, and says how much it replaced', async () => {
    const outcomes = await record(askFor(false));
    const file = join(directory, 'openai-chat/post-chat-completions-0001.recording.json');
    expect(outcomes.map(({ kind }) => kind)).toEqual(['saved']);
    expect(readFileSync(file, 'utf8')).not.toContain('sk-proj');
    expect(readFileSync(file, 'utf8')).toContain('Bearer redacted-credential-1');
  });

  it('goes on counting behind what is there', async () => {
    await record(askFor(false));
    await record(async (url) => {
      await askFor(false)(url);
      await askFor(true)(url);
    });
    expect(readdirSync(join(directory, 'openai-chat'))).toEqual([
      'post-chat-completions-0001.recording.json',
      'post-chat-completions-0002.recording.json',
      'post-chat-completions.stream-0001.recording.json',
    ]);
  });

  it('names no file by an address in the path', async () => {
    await record(async (url) => (await fetch(`${url}/users/anna%40example.org`)).text());
    expect(loadRecordings(directory).map(({ id, request }) => [id, request.target])).toEqual([
      ['127-0-0-1/get-users-personal-1-x-x-x-x-0001', '/users/personal-1-x-x-x-x'],
    ]);
  });

  it('says so when nothing can be written, and the client does not notice', async () => {
    const output = join(directory, 'a-file');
    writeFileSync(output, 'in the way');
    let said = '';
    const outcomes = await record(
      async (url) => {
        said = await askFor(false)(url);
      },
      { output },
    );
    expect(outcomes.map((outcome) => (outcome.kind === 'refused' ? [outcome.code, outcome.method, outcome.path] : outcome.kind))).toEqual([
      ['not-written', 'POST', '/chat/completions'],
    ]);
    expect([said.includes('Wireproof says ok.'), readFileSync(output, 'utf8')]).toEqual([true, 'in the way']);
    expect(existsSync(join(directory, 'openai-chat'))).toBe(false);
  });

  it('refuses one exchange for a fault of its own, and goes on', () => {
    const { recorder, outcomes } = newRecorder();
    const broken = {
      ...captured({}),
      get answer(): never {
        throw new RangeError('Maximum call stack size exceeded by Bearer sk-proj-9f8E7d6C5b4A3928170615zZ');
      },
    };
    recorder.take(broken);
    recorder.take(captured({}));
    const detail = 'Maximum call stack size exceeded by Bearer (not shown)';
    expect(outcomes).toEqual([
      { kind: 'refused', code: 'own-fault', detail, method: 'POST', path: '/v1/chat/completions' },
      expect.objectContaining({ kind: 'saved' }),
    ]);
  });

  it.each([
    ['a target without a path', { method: 'OPTIONS', target: '*' }, {}, 'request.target'],
    ['a method of other letters', { method: 'M-SEARCH' }, {}, 'request.method'],
    ['a status that nobody knows', {}, { status: 999 }, 'answer.status'],
  ])('does not write %s, which could not be read', (_what, request, answer, place) => {
    const { recorder, outcomes } = newRecorder();
    recorder.take(captured(request, answer));
    recorder.take(captured({}));
    expect(outcomes).toEqual([
      expect.objectContaining({ code: 'cannot-say', detail: expect.stringContaining(`${place}: `) }),
      expect.objectContaining({ kind: 'saved' }),
    ]);
    expect(loadRecordings(directory).map(({ id }) => id)).toEqual(['openai-chat/post-chat-completions-0001']);
  });

  it('does not write what would be too long to be read again', () => {
    const { recorder, outcomes } = newRecorder();
    // Each takes one byte on the wire, and six in a file.
    recorder.take(captured({ body: Buffer.alloc(12 * 1024 * 1024, 1) }));
    recorder.take(captured({}));
    expect(outcomes).toEqual([
      expect.objectContaining({ code: 'too-large', detail: expect.stringContaining('at most 67108864 are read again') }),
      expect.objectContaining({ kind: 'saved' }),
    ]);
    expect(loadRecordings(directory)).toHaveLength(1);
  });

  it('takes no number that another recorder took meanwhile', () => {
    const [one, other] = [newRecorder(), newRecorder()];
    for (const { recorder } of [one, other, one, other]) recorder.take(captured({}));
    expect(
      [...one.outcomes, ...other.outcomes].map((outcome) => (outcome.kind === 'saved' ? outcome.file.slice(-19, -15) : outcome)),
    ).toEqual(['0001', '0003', '0002', '0004']);
    expect(loadRecordings(directory)).toHaveLength(4);
  });

  it('tells of no key in a path', () => {
    const { recorder, outcomes } = newRecorder();
    recorder.take(captured({ target: '/bots/sk-abcdefghijklmnopqrstuv/x?key=1', whole: false }));
    expect(outcomes).toEqual([expect.objectContaining({ code: 'request-cut', path: '/bots/(not shown)/x' })]);
  });
});
