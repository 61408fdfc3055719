import { writeFileSync } from 'node:fs';

import { canaryGuide, operatingPage, runPage, upstreamGuide } from './run-page.ts';

/** Writes docs/operating.md and the guides from a run of all their commands; with `operating`, `guide` or `upstream-changes` one of them. */
const pages = { operating: operatingPage, guide: canaryGuide, 'upstream-changes': upstreamGuide };
const wanted = process.argv[2];
for (const [name, page] of Object.entries(pages)) {
  if (wanted === undefined || wanted === name) writeFileSync(page.file, await runPage(page));
}
