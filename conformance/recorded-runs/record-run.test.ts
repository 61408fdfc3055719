import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lintFixtures } from '#fixtures/recordings/lint';
import { replay } from '#fixtures/upstreams/script';

import type { Report } from '../engine/records.ts';
import { loadRun } from './load-run.ts';
import { openRunRecording } from './record-run.ts';

const token = 'wpt_0123456789abcdef';
const nowMs = Date.UTC(2026, 10, 23);
/** A key that nobody has. */
const key = 'sk-proj-9f8E7d6C5b4A3928170615zZ';

let room: string;
let place: string;
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'wireproof-record-run-'));
  place = join(room, 'run');
});
afterEach(() => rm(room, { recursive: true, force: true }));

const report: Report = {
  schema: 'wireproof.report/v1',
  tool: { name: 'wireproof', version: '0.1.0' },
  run: { id: 'run-1', startedAt: '2026-11-23T00:00:00.000Z', durationMs: 10, seed: 7, complete: true },
  target: { name: 'sleeper', profile: 'sleeper', version: '1.2.3' },
  summary: { pass: 0, fail: 0, inconclusive: 0, unsupported: 0, unreachable: 0, error: 0, checks: 0, exitCode: 0 },
  results: [],
};

/** Records what these bodies of requests get. */
const recorded = async (bodies: readonly string[], headers: Readonly<Record<string, string>> = {}, mostBytes = 1_000_000) => {
  const recording = openRunRecording(place, () => nowMs, mostBytes);
  const upstream = await recording.startUpstream({});
  upstream.script(token, replay('openai-chat/text'));
  for (const body of bodies) {
    const answer = await fetch(`${upstream.baseUrl('openai-chat')}/chat/completions`, { method: 'POST', body, headers });
    await answer.text();
  }
  const answer = await fetch(`${upstream.url}/openai-chat/oauth/token`, { method: 'POST', body: token });
  await answer.text();
  await upstream.close();
  return recording.save(report);
};

describe('a recorded run', () => {
  it('has every call by its token and number, what the run was, and nothing of what is no call', async () => {
    const manifest = await recorded([`{"text":"${token}"}`, `{"text":"${token}"}`, '{"text":"of nobody"}']);
    const { recordings, seal } = loadRun(place);
    expect(await lintFixtures([place])).toEqual({ files: 2, problems: [] });
    expect(manifest).toEqual({
      schema: 'wireproof.recorded-run/v1',
      tool: 'wireproof 0.1.0',
      recordedAt: '2026-11-23T00:00:00.000Z',
      run: { id: 'run-1', seed: 7 },
      target: { name: 'sleeper', version: '1.2.3' },
      arms: [],
      results: 0,
      recordings: 2,
      seal,
      notSaved: [],
    });
    expect(recordings.map(({ id, provenance: { surface, upstream } }) => [id, surface, upstream])).toEqual([
      [`openai-chat/${token}-0`, 'openai-chat', 'http://mocked.invalid'],
      [`openai-chat/${token}-1`, 'openai-chat', 'http://mocked.invalid'],
    ]);
  });

  it('holds no key of a request: what cannot be written of it is left out and listed', async () => {
    const large = `{"text":"${token}${'x'.repeat(300_000)}"}`;
    await recorded([`{"text":"${token}"}`, large], { authorization: `Bearer ${key}`, 'anthropic-beta': 'aB3dE5fG7hI9jK1lM2nO4pQ6r' });
    const { recordings } = loadRun(place);
    expect(recordings.map(({ request: { fields, body } }) => [fields.length, body])).toEqual([
      [0, { utf8: `{"text":"${token}"}` }],
      [0, { utf8: token }],
    ]);
    const dropped = recordings.map(({ redactions }) => redactions.filter(({ kind }) => kind === 'dropped').map(({ path }) => path));
    expect(dropped).toEqual([['request.fields'], ['request.body', 'request.fields']]);
    const files = await readdir(place, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
    );
    expect(texts.filter((text) => text.includes(key))).toEqual([]);
  });

  it('tells what there was no room for', async () => {
    const manifest = await recorded([`{"text":"${token}"}`, `{"text":"${token}"}`], {}, 1_000);
    const path = '/openai-chat/v1/chat/completions';
    const detail = 'the answer is larger than what is kept';
    expect(manifest.notSaved).toEqual([{ token, method: 'POST', path, code: 'too-large', detail }]);
    expect(loadRun(place).recordings.map(({ id }) => id)).toEqual([`openai-chat/${token}-0`]);
  });

  it('leaves an older one as it was when it cannot be written', async () => {
    await recorded([`{"text":"${token}"}`]);
    const before = loadRun(place);
    const recording = openRunRecording(place, () => nowMs);
    const [staging = ''] = (await readdir(room)).filter((name) => name !== 'run');
    await rm(join(room, staging), { recursive: true });
    await expect(recording.save(report)).rejects.toMatchObject({ code: 'report-unwritable', exitCode: 2 });
    expect(loadRun(place)).toEqual(before);
    expect(await readdir(room)).toEqual(['run']);
  });

  it('may be of scenarios that ask nobody', async () => {
    await recorded([]);
    expect(loadRun(place).recordings).toEqual([]);
  });

  it.each([
    ['no manifest', undefined, '', '"run.json"'],
    ['no JSON', '{', '', 'JSON'],
    ['another file', '{"schema":"wireproof.report/v1"}', 'schema', '"wireproof.recorded-run/v1"'],
    ['a newer one', '{"schema":"wireproof.recorded-run/v2"}', 'schema', '"wireproof.recorded-run/v1"'],
    ['a part of one', '{"schema":"wireproof.recorded-run/v1"}', 'tool', 'a value of type string'],
  ])('is not read with %s', async (name, text, path, expected) => {
    await recorded([`{"text":"${token}"}`]);
    const file = join(place, 'run.json');
    await rm(file);
    if (text !== undefined) await writeFile(file, text);
    const problem = { file, path, ...(name === 'no manifest' ? {} : { expected }) };
    expect(() => loadRun(place)).toThrow(
      expect.objectContaining({ code: 'fixture-invalid', problems: expect.arrayContaining([expect.objectContaining(problem)]) }),
    );
  });
});
