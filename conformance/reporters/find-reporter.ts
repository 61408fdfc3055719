import { readdirSync } from 'node:fs';

import { importPart } from '#fixtures/import-part';

import type { ReporterFactory } from './reporter.ts';

const fileOf = /^([a-z0-9-]+)\.reporter\.(?:js|ts)$/;

/** Names of the reporters in this folder, sorted. A reporter is added by adding `<name>.reporter.ts`. */
export const reporterNames = (): readonly string[] =>
  readdirSync(new URL('.', import.meta.url))
    .flatMap((file) => fileOf.exec(file)?.[1] ?? [])
    .sort();

/** Loads one by name. The caller has checked that the name is one of `reporterNames()`. */
export const loadReporter = async (name: string): Promise<ReporterFactory> => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const module = (await importPart(new URL(`./${name}.reporter.${extension}`, import.meta.url))) as { readonly reporter: ReporterFactory };
  return module.reporter;
};
