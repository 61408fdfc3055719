import { writeFileSync } from 'node:fs';

import { canaryGuide, operatingPage, runPage } from './run-page.ts';

/** Writes docs/operating.md and docs/guides/canaries.md from a run of all their commands; with `guide` or `operating` one of them. */
const pages = { operating: operatingPage, guide: canaryGuide };
const wanted = process.argv[2];
for (const [name, page] of Object.entries(pages)) {
  if (wanted === undefined || wanted === name) writeFileSync(page.file, await runPage(page));
}
