// Makes the pictures of docs/images anew: npm run docs:screenshots
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { findBrowser, launchBrowser, whyNoBrowser } from './browser.ts';
import { sampleCanary } from './sample-canary.ts';
import { imagesFolder, madeByFile, makerOf, takeScreenshots } from './screenshots.ts';

const executable = findBrowser(process.env);
if (executable === undefined) throw new Error(whyNoBrowser);
const browser = await launchBrowser(executable);
try {
  mkdirSync(imagesFolder, { recursive: true });
  for (const { name, png } of await takeScreenshots(browser, sampleCanary())) writeFileSync(join(imagesFolder, name), png);
  writeFileSync(madeByFile, `${JSON.stringify({ madeBy: await makerOf(browser) }, null, 2)}\n`);
} finally {
  await browser.close();
}
