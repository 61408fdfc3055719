/** The pages in a real Chromium: reading, keyboard, live changes, hostile targets, accessibility, narrow screens. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { writeExport } from './export/write-export.ts';
import { browserRequired, findBrowser, launchBrowser, whyNoBrowser } from './testing/browser.ts';
import { hostileSample } from './testing/hostile-sample.ts';
import { sampleCanary, type Sample } from './testing/sample-canary.ts';
import { pageKinds, pagesOf, serveSample, type ServedSample } from './testing/serve-sample.ts';

const executable = findBrowser(process.env);
if (executable === undefined) {
  if (browserRequired(process.env)) throw new Error(whyNoBrowser);
  process.stderr.write(`browser tests of the status page are skipped: ${whyNoBrowser}\n`);
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly unknown[] }[];
}

/** Rules of weight that the page breaks, with where. */
const violationsOf = async (page: Page): Promise<readonly string[]> => {
  // Not through the page's own policy, which would refuse it: the protocol runs it.
  await page.evaluate(axe.source);
  const { violations, passes } = (await page.evaluate('axe.run()')) as Record<'violations' | 'passes', readonly Violation[]>;
  expect(passes.length).toBeGreaterThan(15);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
};

/** What markup of a target would show itself by. The page has none of these itself. */
const foreign = 'img, iframe, svg[onload], a[href^="javascript"], meta[http-equiv], main link, main script, [onfocus], [autofocus]';
/** Characters that act on a reader or a terminal. */
const acting = /[\u202e\u2028]|[^\P{Cc}\n]/u;

/** Everything on a page that must never happen. */
const watchFor = (page: Page, origin: string): readonly string[] => {
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') seen.push(`console ${message.text()}`);
  });
  page.on('pageerror', (error) => seen.push(`error ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) seen.push(`request ${request.url()}`);
  });
  return seen;
};

describe.skipIf(executable === undefined)('the status page in a browser', () => {
  let browser: Browser;
  let sample: Sample;
  let served: ServedSample;
  let context: BrowserContext | undefined;

  const open = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> => {
    context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    return context.newPage();
  };
  const serve = async (one: Sample): Promise<void> => {
    sample = one;
    served = await serveSample(one);
  };

  beforeAll(async () => {
    browser = await launchBrowser(executable ?? '');
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    await serve(sampleCanary());
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
    await served.close();
  });

  it('leads by keyboard alone from the overview to the evidence of a failure', async () => {
    const page = await open();
    await page.goto(served.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.keyboard.press('Tab');
    const incident = page.locator(':focus');
    expect(await incident.textContent()).toBe(sample.content.incidents[0]?.title);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/incidents/incident-2');
    expect(await page.locator('h1').textContent()).toBe(sample.content.incidents[0]?.title);
    const evidence = page.getByRole('link', { name: 'the result', exact: true });
    await evidence.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/results/**');
    expect(await page.locator('main .mark').first().innerText()).toMatch(/fail$/);
  });

  it('shows a change that another process wrote, says it once, and leaves focus and opened parts alone', async () => {
    const page = await open();
    await page.goto(served.url);
    await page.getByText('Live: changes appear by themselves').waitFor();
    const summary = page.locator('[id="target-gateway-eu-rows"] > summary');
    await summary.click();
    expect(await page.locator('#announcement').textContent()).toBe('');
    await served.clock.pass(1_000);
    for (const [index, state] of sample.content.states.entries()) {
      if (state.target === 'gateway-eu' && state.row === 2)
        sample.content.states[index] = { ...state, health: 'failing', since: sample.now };
    }
    const newest = sample.content.rounds[0];
    if (newest !== undefined) sample.content.rounds.unshift({ ...newest, id: 'round-new', target: 'gateway-eu' });
    await served.clock.pass(2_000);
    await page.getByRole('heading', { name: '2 targets failing' }).waitFor();
    expect(await page.locator('#announcement').textContent()).toBe('3 targets: 2 failing, 1 degraded, 0 healthy. 1 open incident.');
    expect(await page.locator('#target-gateway-eu .target-state').innerText()).toMatch(/^✕\s?failing/);
    expect(await page.locator('[id="target-gateway-eu-rows"]').getAttribute('open')).toBe('');
    expect(await page.evaluate('document.activeElement.parentElement.id')).toBe('target-gateway-eu-rows');
  });

  it('says that it is not connected any more, and when it is again', async () => {
    const page = await open();
    await page.goto(served.url);
    await page.getByText('Live: changes appear by themselves').waitFor();
    await served.close();
    await page.getByText('Not connected: trying again').waitFor();
  });

  it('connects again after a reverse proxy answered in place of the canary, and then shows what it missed', async () => {
    const page = await open();
    await page.clock.install();
    let away = true;
    const asked: string[] = [];
    await page.route(/\/events\?/, async (route) => {
      asked.push(route.request().url());
      await (away ? route.fulfill({ status: 502, body: 'Bad Gateway' }) : route.continue());
    });
    await page.goto(served.url);
    await page.getByText('Not connected: trying again').waitFor();
    await page.clock.fastForward(30_000);
    await expect.poll(() => asked.length).toBe(2);
    away = false;
    for (const [index, state] of sample.content.states.entries())
      if (state.target === 'gateway-eu' && state.row === 2) sample.content.states[index] = { ...state, health: 'failing' };
    await served.clock.pass(1_000);
    const newest = sample.content.rounds[0];
    if (newest !== undefined) sample.content.rounds.unshift({ ...newest, id: 'round-new', target: 'gateway-eu' });
    await served.clock.pass(2_000);
    await page.clock.fastForward(30_000);
    await page.getByText('Live: changes appear by themselves').waitFor();
    await page.clock.fastForward(2_000);
    await page.getByRole('heading', { name: '2 targets failing' }).waitFor();
  });

  it('asks again for a page that could not be made when it was asked', async () => {
    const page = await open();
    await page.clock.install();
    await page.goto(served.url);
    await page.getByText('Live: changes appear by themselves').waitFor();
    let broken = 1;
    await page.route(`${served.url}/`, async (route) => {
      broken -= 1;
      await (broken >= 0 ? route.fulfill({ status: 503, body: 'The history cannot be read at the moment.' }) : route.continue());
    });
    await served.clock.pass(1_000);
    for (const [index, state] of sample.content.states.entries())
      if (state.target === 'gateway-eu' && state.row === 2) sample.content.states[index] = { ...state, health: 'failing' };
    const newest = sample.content.rounds[0];
    if (newest !== undefined) sample.content.rounds.unshift({ ...newest, id: 'round-new', target: 'gateway-eu' });
    await served.clock.pass(2_000);
    await expect
      .poll(async () => {
        await page.clock.fastForward(2_000);
        return broken;
      })
      .toBe(0);
    await page.clock.fastForward(30_000);
    await page.getByRole('heading', { name: '2 targets failing' }).waitFor();
  });

  it('reads the same without JavaScript', async () => {
    const page = await open({ javaScriptEnabled: false });
    for (const path of Object.values(pagesOf(sample))) {
      const answer = await page.goto(`${served.url}${path}`);
      expect([path, answer?.status()]).toEqual([path, 200]);
    }
    await page.goto(served.url);
    await page.getByRole('link', { name: 'degraded 1' }).click();
    expect(await page.locator('article h3').allInnerTexts()).toEqual(['staging']);
    await page.getByRole('searchbox').fill('gateway');
    await page.getByRole('button', { name: 'Find' }).click();
    expect(await page.getByText('No target matches.').isVisible()).toBe(true);
    expect(await page.getByRole('link', { name: 'Reload' }).isVisible()).toBe(true);
  });

  it('runs nothing and asks nobody, whatever a target says', async () => {
    await served.close();
    await serve(hostileSample(sampleCanary()));
    const page = await open();
    const seen = watchFor(page, served.url);
    for (const [name, path] of Object.entries(pagesOf(sample))) {
      const answer = await page.goto(`${served.url}${path}`);
      expect([name, answer?.status()]).toEqual([name, 200]);
      await page.getByText('Live: changes appear by themselves').waitFor();
      expect([name, await page.locator(foreign).count()]).toEqual([name, 0]);
      // Its words are there, as words.
      const text = await page.locator('body').innerText();
      expect([name, text.includes('<img src=x onerror=alert(1)>'), acting.test(await page.content())]).toEqual([name, true, false]);
    }
    // What comes by the live line is put in by script: the same must hold.
    await page.goto(`${served.url}${pagesOf(sample).target}`);
    await page.getByText('Live: changes appear by themselves').waitFor();
    await served.clock.pass(1_000);
    const newest = sample.content.rounds.find(({ target }) => target === sample.watched.targets[1]?.name);
    if (newest !== undefined)
      sample.content.rounds.unshift({ ...newest, id: 'round-new', note: `new ${newest.target}`, cause: 'error', outcome: 'stopped' });
    await served.clock.pass(2_000);
    await page.getByText('stopped: error, new').waitFor();
    expect(await page.locator(foreign).count()).toBe(0);
    expect(seen).toEqual([]);
  });

  it('reads as files too, with its style and its links, without a server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wireproof-pages-'));
    try {
      await writeExport(sample, join(folder, 'pages'));
      const page = await open();
      const origin = pathToFileURL(folder).href;
      const seen = watchFor(page, origin);
      await page.goto(`${origin}/pages/index.html`);
      expect(await page.evaluate(`getComputedStyle(document.querySelector('.headline')).borderLeftWidth`)).toBe('6px');
      await page.getByRole('link', { name: 'gateway-us', exact: true }).click();
      expect(await page.locator('h1').innerText()).toBe('gateway-us');
      await page.getByRole('link', { name: 'fail', exact: true }).click();
      await page.getByRole('link', { name: 'Overview' }).click();
      expect(await page.locator('h1').innerText()).toMatch(/1 target failing$/);
      expect(seen).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  const looks = (['light', 'dark'] as const).flatMap((colorScheme) => pageKinds.map((kind) => ({ colorScheme, kind })));
  it.each(looks)('breaks no serious rule of accessibility: $kind, $colorScheme', async ({ colorScheme, kind }) => {
    const page = await open({ colorScheme });
    await page.goto(`${served.url}${pagesOf(sample)[kind]}`);
    await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
    expect(await violationsOf(page)).toEqual([]);
  });

  it.each([320, 768, 1_600])('needs no sideways scrolling at %d pixels', async (width) => {
    const page = await open({ viewport: { width, height: 800 } });
    for (const [name, path] of Object.entries(pagesOf(sample))) {
      await page.goto(`${served.url}${path}`);
      expect([name, await page.evaluate(`document.documentElement.scrollWidth <= ${width}`)]).toEqual([name, true]);
    }
  });

  it('does not overflow with names that never end', async () => {
    await served.close();
    await serve(hostileSample(sampleCanary()));
    const page = await open({ viewport: { width: 320, height: 800 } });
    for (const [name, path] of Object.entries(pagesOf(sample))) {
      await page.goto(`${served.url}${path}`);
      expect([name, await page.evaluate('document.documentElement.scrollWidth <= 320')]).toEqual([name, true]);
    }
  });
});
