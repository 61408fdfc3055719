import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { bytesOf } from '#fixtures/recordings/recorded-bytes';
import { loadRecordings } from '#fixtures/recordings/recording-file';

import { lacksFullDisk, onFullDisk } from '../record/testing/on-full-disk.ts';
import { saidBy } from './testing/said-by.ts';

let answer: (res: ServerResponse, path: string) => void = () => undefined;
let server: Server;
let cwd: string;
beforeEach(async () => {
  server = createServer((req, res) => answer(res, req.url ?? ''));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cwd = mkdtempSync(join(tmpdir(), 'record-bad-'));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(cwd, { recursive: true });
});

/** Records while `client` asks, and is stopped when it has. */
const record = async (client: (url: string) => Promise<unknown>, ...more: readonly string[]) => {
  const stop = new AbortController();
  let asked: Promise<unknown> = Promise.resolve();
  const onErr = (text: string): void => {
    const url = /on (http:\S+), to/.exec(text)?.[1];
    if (url !== undefined) asked = client(url).finally(() => stop.abort('SIGINT'));
  };
  const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const argv = ['record', '--upstream', upstream, '--output', 'kept', ...more];
  const { code, err } = await saidBy(argv, { cwd, signal: stop.signal, onErr });
  await asked;
  return { code, lines: err.split('\n').slice(2, -1) };
};

const bytesAt = async (url: string): Promise<Buffer> => Buffer.from(await (await fetch(url)).arrayBuffer());
const json = '{"id":"chatcmpl-1","object":"chat.completion"}';
const address = '{"user":"someone@mail.example.net"}';

describe('record, when the upstream is odd', () => {
  it.each([
    [
      'keeps an encoded answer with nothing to replace',
      gzipSync(json),
      'gzip',
      [json, 0, '1 saved, 0 refused, 0 places redacted, in kept'],
    ],
    [
      'refuses an encoded answer with an address in it',
      gzipSync(address),
      'gzip',
      [
        address,
        1,
        'not saved: GET /v1/models: encoded: answer.body.user: what looks personal is behind the content encoding gzip',
        '0 saved, 1 refused, 0 places redacted, in kept',
        '  1 encoded: --plain asks the upstream for answers without content encoding',
      ],
    ],
    [
      'keeps an answer that is no UTF-8',
      Buffer.from('{\u00ff}', 'latin1'),
      undefined,
      ['{\u00ff}', 0, '1 saved, 0 refused, 0 places redacted, in kept'],
    ],
  ])('%s, and the client gets it', async (_what, body, encoding, expected) => {
    answer = (res) => {
      res.writeHead(200, { 'content-type': 'application/json', ...(encoding !== undefined && { 'content-encoding': encoding }) });
      res.end(body);
    };
    let got: Buffer | undefined;
    const { code, lines } = await record(async (url) => {
      got = await bytesAt(`${url}/v1/models`);
    });
    expect([got?.toString('latin1'), code, ...lines.map((line) => line.replace(/\d+ places/, '0 places'))]).toEqual(expected);
    const saved = existsSync(join(cwd, 'kept')) ? loadRecordings(join(cwd, 'kept')) : [];
    expect(saved.map((one) => Buffer.concat((one.answer?.pieces ?? []).map(bytesOf)))).toEqual(code === 0 ? [body] : []);
  });

  it('gives up on an upstream that hangs, says so, and goes on', async () => {
    answer = (res, path) => {
      if (path === '/v1/models') res.end(json);
    };
    const { code, lines } = await record(
      async (url) => {
        expect((await fetch(`${url}/v1/chat/completions`)).status).toBe(504);
        await bytesAt(`${url}/v1/models`);
      },
      '--idle-timeout',
      '1',
    );
    expect([code, lines]).toEqual([
      1,
      [
        expect.stringMatching(/^not saved: GET \/v1\/chat\/completions: upstream-hung: /),
        expect.stringMatching(/^1 saved, 1 refused, \d+ places redacted, in kept$/),
        '  1 upstream-hung: ask again; --idle-timeout waits longer',
      ],
    ]);
  });

  it('hands on 64 MiB, keeps none of it in memory, and refuses to save it', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    /** MiB; what is freed is given back a turn later. */
    const held = async (): Promise<number> => {
      for (let turn = 0; turn < 3; turn += 1) {
        collect();
        await setImmediate();
      }
      const { heapUsed, external } = process.memoryUsage();
      return (heapUsed + external) / 1024 / 1024;
    };
    const [piece, count] = [Buffer.alloc(65_536, 'x'), 1_024];
    let end = (): void => undefined;
    answer = (res) => {
      end = () => void res.end();
      const more = (left: number): void => void (left > 0 && res.write(piece, () => more(left - 1)));
      more(count);
    };
    let [bytes, grown] = [0, Number.NaN];
    const { code, lines } = await record(async (url) => {
      const before = await held();
      for await (const part of (await fetch(`${url}/v1/models`)).body ?? []) {
        bytes += (part as Uint8Array).length;
        if (bytes < piece.length * count) continue;
        grown = (await held()) - before;
        end();
      }
    });
    expect(bytes).toBe(piece.length * count);
    expect(grown).toBeLessThan(24);
    expect([code, lines.at(-1)]).toEqual([1, '  1 too-large: --max-bytes keeps more']);
    expect(existsSync(join(cwd, 'kept'))).toBe(false);
  });
});

const asked = 12;

/** What becomes of so many exchanges on a disk. */
const recordOn = async (disk: string) => {
  answer = (res) => void res.setHeader('content-type', 'application/json').end(json);
  const output = join(disk, 'kept');
  const got: string[] = [];
  const ask = async (url: string): Promise<void> => {
    for (let at = 0; at < asked; at += 1) got.push((await bytesAt(`${url}/v1/models`)).toString());
  };
  const { code, lines } = await record(ask, '--output', output);
  const saved = loadRecordings(output).length;
  const files = readdirSync(output, { recursive: true }).filter((name) => String(name).includes('.json')).length;
  const old = readFileSync(join(disk, 'old/a.recording.json'), 'utf8');
  return { got: [...new Set(got)], code, saved, files, old, lines: lines.map((line) => line.replace(/\d+ places.*/, '')) };
};

const expectedOf = (saved: number) => ({
  got: [json],
  code: 1,
  saved,
  files: saved,
  old: 'an older baseline',
  lines: [
    ...Array.from({ length: asked - saved }, () => 'not saved: GET /v1/models: not-written: the disk is full'),
    `${saved} saved, ${asked - saved} refused, `,
    `  ${asked - saved} not-written: make room, or choose another --output`,
  ],
});

describe('record, when the disk becomes full', () => {
  it('says so of each exchange, hands all of them on, and leaves no half of one', async () => {
    const facts = await onFullDisk({ 'old/a.recording.json': 'an older baseline' }, recordOn, 16 * 1024);
    // How many fit depends on the page size of the machine.
    const some = Array.from({ length: asked - 1 }, (_, index) => expectedOf(index + 1));
    expect([...some, expect.stringContaining(lacksFullDisk)]).toContainEqual(facts);
  });
});
