import { writeFileSync } from 'node:fs';

import { operatingFile, runOperatingPage } from './run-page.ts';

/** Writes docs/operating.md from a run of all its commands. */
writeFileSync(operatingFile, await runOperatingPage());
