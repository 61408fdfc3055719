import { readdirSync } from 'node:fs';

import { importPart } from './import-part.ts';

/**
 * Parts of the proxy (dialects, providers, remedies, routes) are found by their file name, so that adding one edits nothing.
 * Works on the sources (.ts) and on the build (.js).
 */

const isModule = (file: string): boolean => /\.(ts|js)$/.test(file) && !/\.(test|d)\.(ts|js)$/.test(file);
const withoutExtension = (file: string): string => file.replace(/\.(ts|js)$/, '');

interface Found {
  readonly name: string;
  readonly url: URL;
}

/** Modules directly in `folder`, without the contract file named `contract`, sorted by name. */
const modulesIn = (folder: URL, contract: string): readonly Found[] =>
  readdirSync(folder)
    .filter(isModule)
    .map((file) => ({ name: withoutExtension(file), url: new URL(file, folder) }))
    .filter(({ name }) => name !== contract)
    .sort((a, b) => a.name.localeCompare(b.name));

/** Sub-folders of `folder` that have an index module. */
const foldersIn = (folder: URL): readonly Found[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const inside = new URL(`${name}/`, folder);
      const index = readdirSync(inside).find((file) => isModule(file) && withoutExtension(file) === 'index');
      return index === undefined ? [] : [{ name, url: new URL(index, inside) }];
    })
    .sort((a, b) => a.name.localeCompare(b.name));

const defaultOf = async <T extends { readonly id: string }>({ name, url }: Found): Promise<readonly [string, T]> => {
  const module = (await importPart(url)) as { readonly default?: T };
  if (module.default === undefined) throw new Error(`${url.pathname} has no default export`);
  if (module.default.id !== name) throw new Error(`${url.pathname} calls itself "${module.default.id}"; the file name is the id`);
  return [name, module.default];
};

/** What folders hold does not change while a process runs. */
const listed = new Map<string, readonly string[]>();

const listedOnce = (key: string, list: () => readonly string[]): readonly string[] => {
  const names = listed.get(key) ?? list();
  listed.set(key, names);
  return names;
};

export const moduleNames = (folder: URL, contract: string): readonly string[] =>
  listedOnce(`${folder.href} but ${contract}`, () => modulesIn(folder, contract).map(({ name }) => name));

type Parts = ReadonlyMap<string, { readonly id: string }>;

/** What was found once is there for every further proxy of this process: modules are not loaded twice anyway. */
const found = new Map<string, Promise<Parts>>();

const foundOnce = <T extends { readonly id: string }>(key: string, search: () => readonly Found[]): Promise<ReadonlyMap<string, T>> => {
  const known = found.get(key) as Promise<ReadonlyMap<string, T>> | undefined;
  if (known !== undefined) return known;
  const loading = Promise.all(search().map((each) => defaultOf<T>(each))).then((parts) => new Map(parts));
  found.set(key, loading);
  loading.catch(() => found.delete(key));
  return loading;
};

/** The default exports of the modules in `folder`, by id. */
export const loadModules = async <T extends { readonly id: string }>(folder: URL, contract: string): Promise<ReadonlyMap<string, T>> =>
  foundOnce<T>(`${folder.href} but ${contract}`, () => modulesIn(folder, contract));

/** The default exports of the index modules of `folder`'s sub-folders, by id. */
export const loadFolders = async <T extends { readonly id: string }>(folder: URL): Promise<ReadonlyMap<string, T>> =>
  foundOnce<T>(`${folder.href} folders`, () => foldersIn(folder));

/** Names of the sub-folders of `folder` that have a module of this name: what a part can do is said by the files it is made of. */
export const foldersHaving = (folder: URL, module: string): readonly string[] =>
  listedOnce(`${folder.href} with ${module}`, () =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .filter(({ name }) => readdirSync(new URL(`${name}/`, folder)).some((file) => isModule(file) && withoutExtension(file) === module))
      .map(({ name }) => name)
      .sort(),
  );
