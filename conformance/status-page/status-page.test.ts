import { once } from 'node:events';
import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { virtualClock } from '../canary/clock.ts';
import { serveCanary, type Served } from './serve.ts';
import { statusPageRoutes } from './status-page.ts';
import { sampleCanary } from './testing/sample-canary.ts';
import { pagesOf } from './testing/serve-sample.ts';

const sample = sampleCanary();

describe('the routes of the status page', () => {
  let served: Served;
  let broken: boolean;
  const clock = virtualClock(sample.now);
  let pauseFileThere = false;

  beforeEach(async () => {
    broken = false;
    const history = {
      ...sample.history,
      condition: () => ({ queued: 3, lost: 1 }),
      result: async (id: string) => {
        // As PostgreSQL does, which has no such text.
        if (id.includes('\0')) throw new Error('invalid byte sequence for encoding "UTF8": 0x00');
        return sample.history.result(id);
      },
      states: async () => {
        if (broken) throw new Error('no pg_hba.conf entry for host, password hunter2');
        return sample.history.states();
      },
    };
    const routes = [statusPageRoutes({ history, watched: () => ({ ...sample.watched, pausedByFile: () => pauseFileThere }), clock })];
    served = await serveCanary({ host: '127.0.0.1', port: 0, title: 'x', routes, signal: new AbortController().signal });
  });
  afterEach(async () => served.close());

  const ask = async (path: string): Promise<readonly [number, string | null, string]> => {
    const answer = await fetch(`${served.url}${path}`);
    return [answer.status, answer.headers.get('content-type'), await answer.text()];
  };

  it('answers every page as HTML whose links lead to pages that there are', async () => {
    const seen = new Set<string>();
    const missing: string[] = [];
    for (const path of Object.values(pagesOf(sample))) {
      const base = `${served.url}${path}`;
      const [status, type, text] = await ask(path);
      expect([path, status, type]).toEqual([path, 200, 'text/html; charset=utf-8']);
      for (const [, href = ''] of text.matchAll(/ (?:href|src)="([^"]*)"/g))
        seen.add(new URL(href.replaceAll('&amp;', '&'), base).href.replace(/#.*/, ''));
    }
    for (const href of seen) if ((await fetch(href)).status !== 200) missing.push(href);
    // The incident that is over is older than the results that are kept.
    expect(missing).toEqual([]);
  });

  it.each([
    ['/assets/page.css', 'text/css; charset=utf-8'],
    ['/assets/live.mjs', 'text/javascript; charset=utf-8'],
    ['/assets/icon.svg', 'image/svg+xml'],
    ['/badge/staging.svg', 'image/svg+xml'],
  ])('has %s', async (path, type) => {
    expect((await ask(path)).slice(0, 2)).toEqual([200, type]);
  });

  it.each([
    '/results/a%00b',
    '/assets/../serve.ts',
    '/assets/serve.ts',
    '/badge/nobody.svg',
    '/targets/nobody',
    '/targets/',
    '/targets/a/b',
  ])('has no %s', async (path) => {
    expect((await ask(path))[0]).toBe(404);
  });

  it('lets every page show a badge, and nothing else', async () => {
    const policyOf = async (path: string) => (await fetch(`${served.url}${path}`)).headers.get('cross-origin-resource-policy');
    expect(await Promise.all(['/badge/staging.svg', '/', '/assets/icon.svg'].map(policyOf))).toEqual([
      'cross-origin',
      'same-origin',
      'same-origin',
    ]);
  });

  it('keeps no live line for requests that wait behind another on their connection', async () => {
    const { port } = new URL(served.url);
    const many = connect(Number(port), '127.0.0.1');
    many.write(`GET /events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`.repeat(250));
    await once(many, 'data');
    many.destroy();
    await once(many, 'close');
    const answers = [await fetch(`${served.url}/events`), await fetch(`${served.url}/events`)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    for (const { body } of answers) await body?.cancel();
  });

  it('says that the history cannot be read, what waits for it, and not why', async () => {
    broken = true;
    const text = 'The history cannot be read at the moment. 3 rounds wait to be written, 1 lost.\n';
    expect(await ask('/')).toEqual([503, 'text/plain; charset=utf-8', text]);
    broken = false;
    expect((await ask('/'))[0]).toBe(200);
  });

  it('says on every page that the canary is paused, and what was lost', async () => {
    sample.content.facts.set('paused', 'a migration');
    const pages = await Promise.all(['/', '/rows', '/targets/staging'].map(ask));
    sample.content.facts.clear();
    for (const [, , text] of pages) {
      expect(text).toContain('<p class="notice">Paused, nothing is asked: a migration</p>');
      expect(text).toContain('<p class="notice">1 round could not be written and is lost: the history was away for too long.</p>');
    }
  });

  it('says that the pause file exists, and not where', async () => {
    expect((await ask('/'))[2]).not.toContain('class="notice">Paused');
    pauseFileThere = true;
    const [, , text] = await ask('/rows');
    pauseFileThere = false;
    expect(text).toContain('<p class="notice">Paused, nothing is asked: the pause file exists</p>');
  });

  it('takes names that come several times as they first came', async () => {
    const [, , text] = await ask('/?state=failing&state=healthy');
    expect(text).toContain('aria-current="true">failing 1');
  });
});
