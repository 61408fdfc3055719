/** The files that pages ask for. They lie beside this one, in the sources and in dist alike. */
import { readFileSync } from 'node:fs';

const types: Readonly<Record<string, string>> = {
  'page.css': 'text/css; charset=utf-8',
  'live.mjs': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};
export const ownFiles = Object.keys(types);

export interface OwnFile {
  readonly type: string;
  readonly text: string;
}

/** `undefined`: not one of ours. */
export const ownFile = (name: string): OwnFile | undefined => {
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  return type === undefined ? undefined : { type, text: readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8') };
};
