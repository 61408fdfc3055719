import { writeFileSync } from 'node:fs';

import { loadPairs } from './load-pairs.ts';
import { renderPairs } from './render.ts';

/** Writes docs/dialects.md from a run of every feature through the codecs of every pair. */
const { features, dialects } = await loadPairs();
writeFileSync(new URL('../../../docs/dialects.md', import.meta.url), renderPairs(features, dialects));
