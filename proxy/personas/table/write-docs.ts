import { writeFileSync } from 'node:fs';

import { loadModules } from '../../discovery.ts';
import type { Persona } from '../persona.ts';
import { renderPersonas } from './render.ts';

/** Writes docs/personas.md. */
const personas = await loadModules<Persona>(new URL('../', import.meta.url), 'persona');
writeFileSync(new URL('../../../docs/personas.md', import.meta.url), renderPersonas([...personas.values()]));
