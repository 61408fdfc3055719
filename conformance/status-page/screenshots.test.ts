/** The main views look as they did: compared with the pictures in docs/images where those come from the same browser and fonts. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';

import { browserRequired, findBrowser, launchBrowser, whyNoBrowser } from './testing/browser.ts';
import { sampleCanary } from './testing/sample-canary.ts';
import { comparePictures, keptPicture, madeByFile, makerOf, takeScreenshots } from './testing/screenshots.ts';

const executable = findBrowser(process.env);
if (executable === undefined && browserRequired(process.env)) throw new Error(whyNoBrowser);

const picture = (change: (png: PNG) => void = () => undefined): Buffer => {
  const png = new PNG({ width: 100, height: 100 });
  png.data.fill(255);
  change(png);
  return PNG.sync.write(png);
};

describe('comparing pictures', () => {
  it('finds a patch that changed, and where', () => {
    const changed = picture(({ data }) => {
      for (let y = 20; y < 30; y += 1) data.fill(0, (y * 100 + 40) * 4, (y * 100 + 50) * 4 - 1);
    });
    const { same, about } = comparePictures(picture(), changed);
    expect([same, about]).toEqual([false, '100 pixels differ, at x 40 to 49, y 20 to 29']);
  });

  it('passes over a few pixels, and never over another size', () => {
    const speck = picture(({ data }) => data.fill(0, 400, 403));
    expect(comparePictures(picture(), speck).same).toBe(true);
    expect(comparePictures(picture(), PNG.sync.write(new PNG({ width: 100, height: 101 }))).about).toBe(
      'it was 100 x 100 and is 100 x 101',
    );
  });
});

describe.skipIf(executable === undefined)('the main views', () => {
  it('look as they are kept in docs/images', async () => {
    const browser = await launchBrowser(executable ?? '');
    try {
      const { madeBy } = JSON.parse(readFileSync(madeByFile, 'utf8')) as { readonly madeBy: string };
      const maker = await makerOf(browser);
      const taken = await takeScreenshots(browser, sampleCanary());
      const compared = taken.map(({ name, png }) => ({ name, png, ...comparePictures(keptPicture(name), png) }));
      const differing = compared.filter(({ same }) => !same);
      // Whatever draws them, there is something on each.
      expect(taken.filter(({ png }) => png.length < 10_000)).toEqual([]);
      if (maker !== madeBy) {
        process.stderr.write(
          `pictures of the status page are not judged: kept ones are by ${madeBy}, this is ${maker}; ${differing.length} differ\n`,
        );
      }
      const judged = maker === madeBy ? differing : [];
      const folder = judged.length === 0 ? '' : mkdtempSync(join(tmpdir(), 'wireproof-pictures-'));
      for (const { name, png, difference } of judged) {
        writeFileSync(join(folder, name), png);
        if (difference !== undefined) writeFileSync(join(folder, `difference-${name}`), difference);
      }
      expect(judged.map(({ name, about }) => `${name}: ${about}; see ${folder}; meant so: npm run docs:screenshots`)).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
