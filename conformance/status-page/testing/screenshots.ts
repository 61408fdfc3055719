/** Pictures of the main views, kept in docs/images and compared where the browser is the one that made them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import pixelmatch from 'pixelmatch';
import type { Browser } from 'playwright-core';
import { PNG } from 'pngjs';

import { packageRoot } from '../../package-root.ts';
import type { Sample } from './sample-canary.ts';
import { pagesOf, serveSample } from './serve-sample.ts';

export const imagesFolder = join(packageRoot(), 'docs', 'images');
/** Says which browser made the pictures: fonts and their edges differ between versions and machines. */
export const madeByFile = join(imagesFolder, 'status-page.json');

interface View {
  readonly page: 'overview' | 'target' | 'incident';
  readonly scheme: 'light' | 'dark';
  readonly width: number;
}

const views: readonly View[] = [
  { page: 'overview', scheme: 'light', width: 1_200 },
  { page: 'overview', scheme: 'dark', width: 1_200 },
  { page: 'overview', scheme: 'light', width: 360 },
  { page: 'target', scheme: 'light', width: 1_200 },
  { page: 'incident', scheme: 'dark', width: 1_200 },
];

export interface Screenshot {
  /** `status-page-overview-light-1200.png` */
  readonly name: string;
  readonly png: Buffer;
}

export const takeScreenshots = async (browser: Browser, sample: Sample): Promise<readonly Screenshot[]> => {
  const served = await serveSample(sample);
  const taken: Screenshot[] = [];
  try {
    for (const { page: kind, scheme, width } of views) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(`${served.url}${pagesOf(sample)[kind]}`);
      await page.getByText('Live: changes appear by themselves').waitFor();
      taken.push({
        name: `status-page-${kind}-${scheme}-${width}.png`,
        png: await page.screenshot({ fullPage: true, animations: 'disabled' }),
      });
      await context.close();
    }
  } finally {
    await served.close();
  }
  return taken;
};

/** The version of the browser, and the fonts it draws with: what a picture depends on beside the page. */
export const makerOf = async (browser: Browser): Promise<string> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.setContent('<p style="font:15px system-ui" id="p">The quick brown fox 0123456789 ✓▲✕?</p><pre id="m">mono</pre>');
  const widths = await page.evaluate(
    `['p', 'm'].map((id) => { const range = document.createRange(); range.selectNodeContents(document.getElementById(id)); return Math.round(range.getBoundingClientRect().width * 100); }).join(' ')`,
  );
  await context.close();
  return `Chromium ${browser.version()}, text widths ${String(widths)}`;
};

/** A pixel that differs by less than this is the edge of a letter. */
const threshold = 0.2;
const toleratedShare = 0.002;

export interface Comparison {
  readonly same: boolean;
  /** Where they differ, for people. */
  readonly about: string;
  readonly difference?: Buffer;
}

const boundsOf = ({ width, height, data }: PNG): string => {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      if (data[at] !== 255 || data[at + 1] !== 0) continue;
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  return `x ${left} to ${right}, y ${top} to ${bottom}`;
};

export const comparePictures = (kept: Buffer, taken: Buffer): Comparison => {
  const [before, now] = [PNG.sync.read(kept), PNG.sync.read(taken)];
  const sizeOf = ({ width, height }: PNG): string => `${width} x ${height}`;
  if (sizeOf(before) !== sizeOf(now)) return { same: false, about: `it was ${sizeOf(before)} and is ${sizeOf(now)}` };
  const difference = new PNG({ width: now.width, height: now.height });
  const count = pixelmatch(before.data, now.data, difference.data, now.width, now.height, { threshold, diffColor: [255, 0, 0] });
  if (count <= now.width * now.height * toleratedShare) return { same: true, about: `${count} pixels differ` };
  return { same: false, about: `${count} pixels differ, at ${boundsOf(difference)}`, difference: PNG.sync.write(difference) };
};

export const keptPicture = (name: string): Buffer => readFileSync(join(imagesFolder, name));
