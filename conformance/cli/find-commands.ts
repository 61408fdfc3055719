import { readdirSync } from 'node:fs';

import { importPart } from '#fixtures/import-part';

import type { CliCommand } from './command.ts';

const isCommandFile = /^[a-z0-9-]+\.(?:js|ts)$/;

/** Every command of `commands/`, in the order of the help text. A command is added by adding a file. */
export const findCommands = async (): Promise<readonly CliCommand[]> => {
  const folder = new URL('commands/', import.meta.url);
  const files = readdirSync(folder).filter((file) => isCommandFile.test(file));
  const modules = await Promise.all(
    files.map(async (file) => (await importPart(new URL(file, folder))) as { readonly command: CliCommand }),
  );
  return modules.map(({ command }) => command).sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
};
