import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { recorded } from '#fixtures/recordings/testing/recorded';

import { readSamples } from './read-samples.ts';
import { recordingOf } from './testing/recording-of.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'samples-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const put = (recording: { readonly id: string }): void =>
  writeFileSync(join(directory, `${recording.id}.recording.json`), JSON.stringify(recording));
const socket = recorded('socket', {}, { socket: { frames: [], ends: 'close' } });

it('knows of sockets beside answers that they have none', () => {
  put(socket);
  put(recordingOf('one', '{}'));
  expect(readSamples(directory).map(({ id, noAnswer }) => [id, noAnswer])).toEqual([
    ['one', undefined],
    ['socket', 'a WebSocket, which has no answer to compare'],
  ]);
});

it.each([
  ['is not there', () => rmSync(directory, { recursive: true }), 'no such file'],
  ['is empty', () => undefined, 'none of them'],
  ['has sockets only', () => put(socket), 'recordings of WebSockets, which have no answer to compare'],
])('says what stands in the way: a directory that %s', (_, prepare, actual) => {
  prepare();
  expect(() => readSamples(directory)).toThrow(actual);
});
