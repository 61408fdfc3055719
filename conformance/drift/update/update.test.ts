import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Recording } from '#fixtures/recordings/recording';
import { loadRecordings, recordingSuffix } from '#fixtures/recordings/recording-file';
import { sealed } from '#fixtures/recordings/seal-recording';
import { setSealOf } from '#fixtures/recordings/set-seal';

import type { DriftReport } from '../drift-report.ts';
import { filesIn } from '../testing/files-in.ts';
import { nothingChanged } from '../testing/made-up-report.ts';
import { recordingOf } from '../testing/recording-of.ts';
import { changeList } from './change-list.ts';
import { planFromDirectory, planFromRecordings } from './plan-update.ts';
import { replaceFiles } from './replace-files.ts';
import { updateBaseline } from './update-baseline.ts';

let folder: string;
let baseline: string;
const textOf = (recording: Recording): string => `${JSON.stringify(recording, null, 2)}\n`;
const put = (directory: string, ...recordings: readonly Recording[]): void => {
  for (const recording of recordings) {
    const file = join(directory, `${recording.id}${recordingSuffix}`);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, textOf(recording));
  }
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'update-'));
  baseline = join(folder, 'recordings');
  put(baseline, recordingOf('chat/one', '1'), recordingOf('chat/one.again-1', '2'), recordingOf('chat/two', '3'));
  writeFileSync(join(baseline, 'README.md'), 'ours');
});
afterEach(() => rmSync(folder, { recursive: true }));

const report: DriftReport = {
  ...nothingChanged,
  counts: { breaking: 1, additive: 1, cosmetic: 0 },
  changes: [
    {
      id: '0123456789ab',
      severity: 'breaking',
      kind: 'field-removed',
      surface: 'openai-chat',
      path: 'body.usage',
      what: 'it is gone',
      seenIn: ['chat/one'],
    },
    {
      id: 'ba9876543210',
      severity: 'additive',
      kind: 'header-added',
      surface: 'openai-chat',
      path: 'headers.x-\u001b[31m',
      what: 'it is new',
      seenIn: ['chat/one'],
    },
  ],
};
const options = { suffix: 'test', signal: new AbortController().signal };

describe('changeList', () => {
  it('is a message for a commit, with nothing of the wire unescaped', () => {
    expect(changeList(report, { answers: 2, requests: 1, seal: 'f00d' })).toBe(`Upstream baseline: 1 breaking, 1 additive, 0 cosmetic

breaking  0123456789ab  openai-chat body.usage: it is gone
additive  ba9876543210  openai-chat headers.x-\\x1b[31m: it is new

2 answers to 1 request
seal of the recordings: f00d
`);
  });

  it('says that nothing changed', () => {
    expect(changeList(nothingChanged, { answers: 2, requests: 1 })).toBe(
      'Upstream baseline: recorded again, nothing changed\n\n2 answers to 1 request\n',
    );
  });
});

describe('updateBaseline', () => {
  it('replaces all answers to what was asked, keeps everything else, and leaves nothing beside it', async () => {
    const fresh = [recordingOf('chat/one', '4'), recordingOf('chat/one.again-1', '4'), recordingOf('chat/one.again-2', '5')];
    const message = await updateBaseline(baseline, planFromRecordings(baseline, fresh), report, options);
    const [first, , last] = fresh.map(textOf);
    expect(filesIn(baseline)).toEqual({
      'README.md': 'ours',
      'chat/one.recording.json': first,
      'chat/one.again-2.recording.json': last,
      'chat/two.recording.json': textOf(recordingOf('chat/two', '3')),
    });
    expect([readdirSync(folder), message.split('\n').slice(-3)]).toEqual([
      ['recordings'],
      ['2 answers to 1 request', `seal of the recordings: ${setSealOf(loadRecordings(baseline))}`, ''],
    ]);
  });

  it('keeps answers that say the same, because how fast an answer comes is learned from several', () => {
    const once = recordingOf('chat/one', '4');
    const { answer } = once;
    if (answer === undefined) throw new Error('no answer');
    const later = (id: string, headAfterMs: number): Recording => sealed({ ...once, id, answer: { ...answer, headAfterMs } });
    const fresh = [once, later('chat/one.again-1', answer.headAfterMs + 1), later('chat/one.again-2', answer.headAfterMs + 2)];
    expect([...planFromRecordings(baseline, fresh).written.keys()]).toEqual(fresh.map(({ id }) => `${id}${recordingSuffix}`));
  });

  it('takes over files of another directory, new ones too, but only those that are meant', async () => {
    const against = join(folder, 'against');
    put(against, recordingOf('chat/one', '4'), recordingOf('chat/new', '5'), recordingOf('chat/two', '6'));
    const plan = planFromDirectory(baseline, against, (group) => group !== 'chat/two');
    await updateBaseline(baseline, plan, report, options);
    expect(loadRecordings(baseline).map(({ id, answer }) => [id, answer?.pieces])).toEqual([
      ['chat/new', [{ afterMs: 0, utf8: '5' }]],
      ['chat/one', [{ afterMs: 0, utf8: '4' }]],
      ['chat/two', [{ afterMs: 0, utf8: '3' }]],
    ]);
  });
});

describe('updateBaseline with what fixtures lint refuses', () => {
  it('keeps the old baseline, and names every finding by the file that it would be', async () => {
    const short = recordingOf('chat/one', '4');
    const { answer } = short;
    if (answer === undefined) throw new Error('no answer');
    const against = join(folder, 'against');
    const fields: (typeof answer)['fields'] = [...answer.fields, ['content-length', '7']];
    const repeated = sealed({ ...short, id: 'chat/two', answer: { ...answer, framing: 'length', fields } });
    put(against, sealed({ ...repeated, id: 'chat/one' }), repeated);
    const before = filesIn(baseline);
    const update = updateBaseline(
      baseline,
      planFromDirectory(baseline, against, () => true),
      report,
      options,
    );
    await expect(update).rejects.toMatchObject({
      code: 'fixture-invalid',
      exitCode: 2,
      problems: [
        { where: `${join(baseline, 'chat/one.recording.json')} at answer`, actual: 'Content-Length says 7, and 1 bytes are recorded' },
        { where: `${join(baseline, 'chat/two.recording.json')} at answer`, actual: 'Content-Length says 7, and 1 bytes are recorded' },
        { where: join(baseline, 'chat/two.recording.json'), actual: `the same as ${join(baseline, 'chat/one.recording.json')}` },
      ],
    });
    expect([filesIn(baseline), readdirSync(folder).sort()]).toEqual([before, ['against', 'recordings']]);
  });
});

describe('replaceFiles', () => {
  const failing = async (act: () => Promise<unknown>): Promise<unknown> => {
    const before = filesIn(baseline);
    const error: unknown = await act().then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect([filesIn(baseline), readdirSync(folder).filter((name) => name.endsWith('.new'))]).toEqual([before, []]);
    return error;
  };
  const replace = (written: ReadonlyMap<string, string>, check: (directory: string) => void = () => undefined, signal = options.signal) =>
    replaceFiles(baseline, { removed: ['chat/one.recording.json'], written }, { ...options, check, signal });

  it('leaves all as it was where a file cannot be written', async () => {
    const written = new Map([
      ['chat/three.recording.json', '{}'],
      ['README.md/four.recording.json', '{}'],
    ]);
    const error = await failing(() => replace(written));
    expect(error).toMatchObject({ code: 'report-unwritable', exitCode: 2, problems: [{ where: baseline }] });
  });

  it('leaves all as it was where the old one cannot be moved away', async () => {
    mkdirSync(join(folder, '.recordings.test.old', 'of-somebody'), { recursive: true });
    expect(await failing(() => replace(new Map([['new.json', '{}']])))).toMatchObject({ code: 'report-unwritable' });
  });

  it('leaves all as it was where the new one is not what it should be', async () => {
    const refuse = (): void => {
      throw new Error('a seal is broken');
    };
    expect(await failing(() => replace(new Map(), refuse))).toEqual(new Error('a seal is broken'));
  });

  it('puts the old one back where the new one cannot take its place', async () => {
    const lose = (fresh: string): void => rmSync(fresh, { recursive: true });
    expect(await failing(() => replace(new Map(), lose))).toMatchObject({ code: 'report-unwritable', problems: [{ where: baseline }] });
  });

  it('leaves all as it was at a signal', async () => {
    expect(await failing(() => replace(new Map(), undefined, AbortSignal.abort('SIGINT')))).toBe('SIGINT');
  });

  it('does not touch what somebody has beside it', async () => {
    mkdirSync(join(folder, '.recordings.test.new'));
    await expect(replace(new Map())).rejects.toMatchObject({ code: 'report-unwritable' });
    expect(readdirSync(folder).sort()).toEqual(['.recordings.test.new', 'recordings']);
  });

  it('does not replace a repository', async () => {
    mkdirSync(join(baseline, '.git'));
    expect(await failing(() => replace(new Map()))).toMatchObject({ code: 'usage' });
  });

  it('goes through a link', async () => {
    const link = join(folder, 'link');
    symlinkSync('recordings', link);
    await replaceFiles(link, { removed: [], written: new Map([['new.json', '{}']]) }, { ...options, check: () => undefined });
    expect([lstatSync(link).isSymbolicLink(), readFileSync(join(baseline, 'new.json'), 'utf8')]).toEqual([true, '{}']);
  });
});
