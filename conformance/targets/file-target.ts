import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { cellName, type Cell } from '#scenarios/kit/cell';

import { ToolError } from '../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import { nearestHint } from '../nearest.ts';
import { packageRoot } from '../package-root.ts';
import { resolveProfile } from '../profiles/profile.ts';
import { checkYaml, readYaml, type YamlSource } from '../yaml-file.ts';
import { credentialHeader } from './credential-header.ts';
import { withOwnUrl } from './own-url.ts';
import { filled, type Values } from './placeholders.ts';
import { startFromFile } from './started-target.ts';
import { targetFileKeys, targetFileSchema, type TargetFile } from './target-file-schema.ts';
import type { RunningTarget, Target } from './target.ts';
import { checkedKey, urlTarget } from './url-target.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadTargetOptions {
  readonly env: Environment;
  /** Where a bare name and a relative path are looked up first. */
  readonly cwd: string;
  /** A built-in profile, or a YAML file with one: replaces what the target's file says. A URL has `openai-compatible` by default. */
  readonly profile?: string;
  /** Told what takes time: installing, starting. */
  readonly onProgress?: (message: string) => void;
  /** Ends installing and starting early. */
  readonly signal?: AbortSignal;
}

const kind = { what: 'a target file', code: 'target-file-invalid', keys: targetFileKeys } as const;

const urlPlaces = [['url'], ['own-url'], ['direct', 'url']] as const;

const textAt = (value: unknown, path: readonly string[]): string => {
  const found = path.reduce<unknown>((inner, name) => (inner as Readonly<Record<string, unknown>> | null | undefined)?.[name], value);
  return typeof found === 'string' ? found : '';
};

const isBare = (text: string): boolean => {
  const { username, password, search, hash } = URL.canParse(text) ? new URL(text) : { username: text, password: '', search: '', hash: '' };
  return [username, password, search, hash].every((part) => part === '');
};

/** URLs are shown in reports and messages, so that nothing secret may stand in one. Looked at first: other problems are told with the text. */
const checkUrls = ({ file, value, where }: YamlSource): void => {
  const odd = urlPlaces.filter((path) => /[@?#]/.test(textAt(value, path)) && !isBare(textAt(value, path)));
  if (odd.length === 0) return;
  const problems = odd.map((path) => ({
    where: where(path),
    expected: 'an http or https URL without credentials, query and fragment',
    actual: 'a text with "@", "?" or "#", which is not shown here',
    hint: 'name the key by key: { env: NAME }',
  }));
  throw new ToolError(kind.code, `${file} is not ${kind.what} as it stands`, { problems });
};

const missingKey = (where: string, expected: string, actual: string, hint: string, cause?: unknown): ToolError =>
  new ToolError('missing-key', 'the key for the target is missing', { problems: [{ where, expected, actual, hint }], cause });

/** The key's text from where the file says it is; it never passes through argv. */
const readKey = async (file: string, key: NonNullable<TargetFile['key']>, env: Environment, at = 'key'): Promise<string> => {
  if (key.env !== undefined) {
    const value = env[key.env]?.trim();
    if (value === undefined || value === '') {
      throw missingKey(`${file} ${at}.env`, `environment variable ${key.env}`, 'not set, or empty', `set it: export ${key.env}=…`);
    }
    return checkedKey(value, key.env);
  }
  const path = resolve(dirname(file), key.file ?? '');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const hint = 'the path is taken from the place of the target file';
    throw missingKey(`${file} ${at}.file`, `a readable file ${path}`, fileReason(cause), hint, cause);
  });
  if (text.trim() === '') throw missingKey(`${file} ${at}.file`, 'a key', 'an empty file', 'put the key into it, and nothing else');
  return checkedKey(text.trim(), path);
};

const routeHeaders = (file: string, target: TargetFile, cell: Cell, values: Values): Readonly<Record<string, string>> => {
  const headers = target.routes[cell.upstream]?.headers ?? {};
  const at = (name: string): string => `${file} routes.${cell.upstream}.headers.${name}`;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), filled(value, values, at(name))]));
};

/** Without routes the claims alone decide; with routes, a cell needs one that takes its client's dialect. */
const refusal =
  (target: TargetFile) =>
  (cell: Cell): string | undefined => {
    if (Object.keys(target.routes).length === 0 || target.routes[cell.upstream]?.clients.includes(cell.client) === true) return undefined;
    return `${target.name} has no route for ${cellName({ ...cell, stream: false })}`;
  };

interface Place {
  readonly values: Values;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const runningFrom = (file: string, target: TargetFile, key: string | undefined, place: Place): RunningTarget => ({
  url: place.url,
  ...(key !== undefined && { clientKey: key }),
  headers: (cell) => ({
    ...(key !== undefined && credentialHeader(cell.client, key, target.key?.header)),
    ...routeHeaders(file, target, cell, place.values),
  }),
  path: (cell, path) => `${target.routes[cell.upstream]?.['path-prefix'] ?? ''}${path}`,
  logs: () => Promise.resolve(undefined),
  stop: place.stop,
});

const portOf = (url: string): number => Number(new URL(url).port) || (url.startsWith('https:') ? 443 : 80);

const cacheDirOf = (env: Environment): string => resolve(env['WIREPROOF_CACHE'] ?? join(packageRoot(), '.cache', 'targets'));

const targetOf = (file: string, target: TargetFile, key: string | undefined, options: LoadTargetOptions): Target => {
  const { start, url } = target;
  const place: (upstream: Parameters<Target['start']>[1]) => Promise<Place> =
    start === undefined
      ? (upstream) => {
          const base = (url ?? '').replace(/\/+$/, '');
          return Promise.resolve({
            values: { port: portOf(base), here: dirname(file), upstream },
            url: base,
            stop: () => Promise.resolve(),
          });
        }
      : (upstream) => {
          const { env, onProgress = () => undefined, signal } = options;
          return startFromFile(
            { file, target: { ...target, start }, env, cacheDir: cacheDirOf(env), onProgress, ...(signal && { signal }) },
            upstream,
          );
        };
  return {
    name: target.name,
    profile: { name: target.name, claims: new Set(target.claims), models: target.models },
    ...(target.version !== undefined && { version: target.version }),
    ...(url !== undefined && { url: url.replace(/\/+$/, '') }),
    ...(target['upstream-port'] !== undefined && { upstreamPort: target['upstream-port'] }),
    configurable: false,
    startsFresh: start !== undefined,
    grounds: new Set(['between']),
    refuses: refusal(target),
    start: async (_setting, upstream) => runningFrom(file, target, key, await place(upstream)),
  };
};

/** The upstream that the file names for comparisons, under the target's model names where the file gives it no others. */
const directOf = async (file: string, { direct, models }: TargetFile, env: Environment): Promise<Pick<Target, 'direct'>> => {
  if (direct === undefined) return {};
  const key = direct.key === undefined ? undefined : await readKey(file, direct.key, env, 'direct.key');
  const keyHeader = direct.key?.header;
  return {
    direct: {
      url: direct.url.replace(/\/+$/, ''),
      dialect: direct.dialect,
      models: { ...models, ...direct.models },
      ...(key !== undefined && { key }),
      ...(keyHeader !== undefined && { keyHeader }),
    },
  };
};

/**
 * A target that a YAML file describes.
 * @throws ToolError `target-file-invalid` with every problem and its line, or `missing-key`.
 */
export const fileTarget = async (file: string, options: LoadTargetOptions): Promise<Target> => {
  const source = await readYaml(file, kind);
  checkUrls(source);
  const target = checkYaml(source, targetFileSchema, kind);
  const key = target.key === undefined ? undefined : await readKey(file, target.key, options.env);
  const ownUrl = target['own-url'];
  const placed = targetOf(file, target, key, options);
  const loaded = {
    ...(ownUrl === undefined ? placed : withOwnUrl(placed, ownUrl)),
    ...(await directOf(file, target, options.env)),
  };
  return options.profile === undefined ? loaded : { ...loaded, profile: await resolveProfile(options.profile, options.cwd) };
};

/** A name and a password before a host make a URL of it, if not a good one. */
const isUrl = (name: string): boolean => /^[a-z]+:\/\//i.test(name) || /^[^/\\]*:[^/\\]*@/.test(name);

const isPath = (name: string): boolean => /[/\\]|\.ya?ml$/.test(name);

const targetFolders = (cwd: string): readonly string[] => [...new Set([join(cwd, 'targets'), join(packageRoot(), 'targets')])];

const namesIn = async (folder: string): Promise<readonly string[]> => {
  if (!existsSync(folder)) return [];
  return (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).map((name) => name.replace(/\.ya?ml$/, ''));
};

/** Names that `--target` takes beside URLs and paths. */
export const targetNames = async (cwd: string): Promise<readonly string[]> => [
  'reference',
  ...new Set((await Promise.all(targetFolders(cwd).map(namesIn))).flat().sort()),
];

const namedFile = (name: string, cwd: string): string | undefined =>
  targetFolders(cwd)
    .flatMap((folder) => [join(folder, `${name}.yaml`), join(folder, `${name}.yml`)])
    .find((file) => existsSync(file));

const referenceTarget = async (): Promise<Target> => (await import('./reference-proxy.ts')).referenceTarget();

/**
 * The target that a word names: `reference`, an http(s) URL (key from WIREPROOF_KEY, when set), a YAML file, or the name of one in
 * `targets/` of the working folder or of this package.
 * @throws ToolError for a name that nothing has, a file with problems, a missing key.
 */
export const loadTarget = async (nameOrPathOrUrl: string, options: LoadTargetOptions): Promise<Target> => {
  const { cwd, env } = options;
  if (nameOrPathOrUrl === 'reference') return referenceTarget();
  if (isUrl(nameOrPathOrUrl)) {
    const key = env['WIREPROOF_KEY']?.trim() ?? '';
    const profile = await resolveProfile(options.profile ?? 'openai-compatible', cwd);
    return urlTarget({ url: nameOrPathOrUrl, profile, ...(key !== '' && { key }) });
  }
  if (isPath(nameOrPathOrUrl)) return fileTarget(resolve(cwd, nameOrPathOrUrl), options);
  const file = namedFile(nameOrPathOrUrl, cwd);
  if (file !== undefined) return fileTarget(file, options);
  throw new ToolError('usage', `no target "${nameOrPathOrUrl}"`, { hint: nearestHint(nameOrPathOrUrl, await targetNames(cwd)) });
};
