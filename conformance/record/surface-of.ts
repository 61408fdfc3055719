import type { SurfaceId } from '#fixtures/exchange';

const paths: readonly (readonly [RegExp, SurfaceId])[] = [
  [/\/chat\/completions$/, 'openai-chat'],
  [/\/responses(?:\/|$)/, 'openai-responses'],
  [/\/messages(?:\/count_tokens)?$/, 'anthropic-messages'],
  [/\/models\/[^/]+:[A-Za-z]+$/, 'gemini-generate'],
];

const pathOf = (target: string): string => target.replace(/\?.*$/s, '');

/** The vendor API that a path belongs to, where its path tells. */
export const surfaceOf = (target: string): SurfaceId | undefined => paths.find(([path]) => path.test(pathOf(target)))?.[1];

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);

/** The folder of a recording: its surface, or the upstream's host. */
export const folderOf = (surface: SurfaceId | undefined, upstream: string): string =>
  surface ?? (plain(new URL(upstream).hostname) || 'upstream');

/** What a recording is of, for its file's name: method, the path's last words, and whether it streams. */
export const slugOf = (method: string, target: string, streams: boolean): string => {
  const words = pathOf(target)
    .split('/')
    .filter((part) => part !== '' && !/^v\d+[a-z0-9]*$/.test(part))
    .slice(-2)
    .join('-');
  return `${[method, words]
    .map(plain)
    .filter((part) => part !== '')
    .join('-')}${streams ? '.stream' : ''}`;
};
