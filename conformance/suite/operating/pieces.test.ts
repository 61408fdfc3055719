import { tmpdir } from 'node:os';

import { describe, expect, it } from 'vitest';

import { readPage } from './read-page.ts';
import { renderPage } from './render-page.ts';
import { Shell } from './shell.ts';
import { steadyText } from './steady-text.ts';

const place = { folder: '/tmp/somewhere', ports: new Map([[8317, 41_234]]) };
const render = (source: string): Promise<string> =>
  renderPage(readPage(source), new Shell({ folder: tmpdir(), env: { PATH: process.env['PATH'] } }), place);

describe('a page with commands', () => {
  it('gets what they say below them, and keeps its prose', async () => {
    const source = 'Before.\n\n```bash prelude\nport=8317\n```\n\n```bash exit=3\necho "on $port"\nexit 3\n```\n\n```yaml\na: 1\n```\n';
    const written =
      'Before.\n\n```bash\nport=8317\n```\n\n```bash\necho "on $port"\nexit 3\n```\n\n```text\non 8317\n```\n\n```yaml\na: 1\n```\n';
    expect(await render(source)).toBe(written);
  });

  it.each([
    ['```bash\nexit 2\n```\n', 'line 1 of the page: expected exit code 0, got 2'],
    ['\n```bash exit=2\ntrue\n```\n', 'line 2 of the page: expected exit code 2, got 0'],
    ['```bash\nfalse\ntrue\n```\n', 'line 1 of the page: expected exit code 0, got 1'],
    ['```bash start\necho no address\n```\n', 'line 1 of the page: it has ended'],
  ])('is not written when a command does not end as it says: %j', async (source, message) => {
    await expect(render(source)).rejects.toThrow(message);
  });

  it('takes no word behind bash that it does not know', () => {
    expect(() => readPage('```bash exits=2\ntrue\n```\n')).toThrow('line 1: expected bash, bash exit=N');
  });
});

describe('what differs from run to run', () => {
  it.each([
    ['http://127.0.0.1:41234/health', 'http://127.0.0.1:8317/health'],
    ['/tmp/somewhere/config.yaml: in order', '/srv/wireproof/config.yaml: in order'],
    ['"id":"0b0e5c1f-7a2d-4936-8a1b-2c3d4e5f6071"', '"id":"<id>"'],
    ['"time":"2026-03-01T01:02:03.456Z"', '"time":"<time>"'],
    ['openai:0f1e2d3c', 'openai:<id>'],
    ['"latency_p50_ms": 58', '"latency_p50_ms": <number>'],
    ['Retry-After: 3600', 'Retry-After: <seconds>'],
    ['incident 0mwsn5ki8-f119e52b6c71a542 closed', 'incident <id> closed'],
    ['at worst in a day: 480 requests, $0.00', 'at worst in a day: <amounts>'],
    ['"request_count": 58', '"request_count": 58'],
  ])('%s is shown as %s', (output, shown) => {
    expect(steadyText(`${output} \n\n`, place)).toBe(shown);
  });
});
