import { readdirSync } from 'node:fs';

import type { Client } from './client.ts';

const suffix = '.client.ts';

/** Every client of `programs/`, by name. One is added by adding a file. Throws an Error for a file whose client has another name. */
export const findClients = async (): Promise<readonly Client[]> => {
  const folder = new URL('programs/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(suffix));
  const clients = await Promise.all(
    files.map(async (file) => {
      const { default: client } = (await import(/* @vite-ignore */ new URL(file, folder).href)) as { readonly default: Client };
      if (`${client.id}${suffix}` !== file) throw new Error(`programs/${file} calls itself ${client.id}; the file name is the id`);
      return client;
    }),
  );
  return clients.sort((a, b) => (a.id < b.id ? -1 : 1));
};
