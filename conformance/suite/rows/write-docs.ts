import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadCatalogue } from '../../index.ts';
import { docsFolder, renderPages } from './pages.ts';
import { recordExchanges } from './record.ts';

/** Writes docs/matrix.md and docs/rows/ from the scenarios and a run of them. */
const scenarios = await loadCatalogue();
const pages = await renderPages(scenarios, await recordExchanges(scenarios));
const rows = join(docsFolder, 'rows');
mkdirSync(rows, { recursive: true });
for (const file of readdirSync(rows)) if (!pages.has(`rows/${file}`)) rmSync(join(rows, file));
for (const [file, text] of pages) writeFileSync(join(docsFolder, file), text);
