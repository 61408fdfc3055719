import { readdirSync } from 'node:fs';

import { importPart } from '#fixtures/import-part';

import type { DriftReport } from './drift-report.ts';

/** A file `formats/<name>.format.ts` exports this as `format`: the whole report as text. */
export type DriftFormat = (report: DriftReport) => string;

const folder = new URL('formats/', import.meta.url);
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Names of all formats, sorted. */
export const driftFormats = (): readonly string[] =>
  readdirSync(folder)
    .filter((file) => /^[a-z]+\.format\.(?:js|ts)$/.test(file))
    .map((file) => file.replace(/\..*$/, ''))
    .sort();

export const findDriftFormat = async (name: string): Promise<DriftFormat> =>
  ((await importPart(new URL(`${name}.format${extension}`, folder))) as { readonly format: DriftFormat }).format;
