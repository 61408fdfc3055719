import { readdirSync } from 'node:fs';

import type { z } from 'zod';

import { importPart } from '#fixtures/import-part';

import type { AlertEvent } from '../../history/records.ts';

/** A request that tells of an alert. */
export interface Letter {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a body is made with besides the event. */
export interface About<Settings = unknown> {
  readonly settings: Settings;
  /** By the name that stands in the settings before `-env` or `-file`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch: when it is sent. */
  readonly now: number;
  /** The same for each attempt to tell the same to the same destination. */
  readonly delivery: string;
  /** Where people read on; absent where no status page is named. */
  readonly page?: string;
}

/** What is wrong with settings; `path` starts below the destination. */
export interface SettingProblem {
  readonly path: readonly PropertyKey[];
  readonly expected: string;
  readonly actual: string;
  readonly hint?: string;
}

/** A file `<kind>.destination.ts` exports one of these by default. Pure: sending, repeating and giving up are not its business. */
export interface Destination<Settings = unknown> {
  /** Equals the file name. */
  readonly kind: string;
  readonly about: string;
  readonly settings: z.ZodType<Settings>;
  /** Each may be given as `<name>-env` or `<name>-file`. */
  readonly secrets: readonly string[];
  /** Those of {@link secrets} without which nothing can be sent. */
  readonly needs: (settings: Settings) => readonly string[];
  readonly bodyOf: (event: AlertEvent, about: About<Settings>) => Letter;
}

/** Keeps the settings' type inside the file; whoever loads it hands in what its own schema made. */
export const defineDestination = <Settings>(destination: Destination<Settings>): Destination => destination as unknown as Destination;

const folder = new URL('./', import.meta.url);
const destinationFile = /^([a-z0-9-]+)\.destination\.(?:ts|js)$/;

/** Every kind, sorted. One is added by adding a file. @throws Error for a file that does not say its own name */
export const loadDestinationKinds = async (): Promise<readonly Destination[]> => {
  const files = readdirSync(folder)
    .filter((file) => destinationFile.test(file))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const { default: destination } = (await importPart(new URL(file, folder))) as { readonly default: Destination };
      if (destination.kind !== destinationFile.exec(file)?.[1])
        throw new Error(`${file} calls itself "${destination.kind}"; the file name is the kind`);
      return destination;
    }),
  );
};
