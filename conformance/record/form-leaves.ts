import { percentDecoded } from './decoded-text.ts';
import { jsonLeaves, type Leaf } from './json-leaves.ts';
import { Refusal } from './refusal.ts';

const mediaType = (contentType: string | undefined): string => (contentType ?? '').replace(/;.*$/s, '').trim().toLowerCase();

/** Some clients say nothing of what they send, or that it is text. */
const pairs = /^[\w.%+[\]-]{1,200}=[^\s&]*(?:&[\w.%+[\]-]{1,200}=[^\s&]*)*\s*$/;
const anyText: ReadonlySet<string> = new Set(['', 'text/plain']);

export const isForm = (text: string, contentType: string | undefined): boolean => {
  const type = mediaType(contentType);
  return type === 'application/x-www-form-urlencoded' || (anyText.has(type) && pairs.test(text));
};

/** What a name stands for, as whoever reads it sees it. */
export const nameOf = (raw: string): string => percentDecoded(raw.replaceAll('+', ' ')).at(-1) ?? raw;

/** The fields of a form by their names; what has no name is a value without one. */
export const fieldLeaves = (text: string): readonly Leaf[] => {
  const leaves: Leaf[] = [];
  for (const { 0: pair, index } of text.matchAll(/[^&\r\n]+/g)) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? '' : nameOf(pair.slice(0, equals));
    const end = index + pair.length;
    if (equals > 0) leaves.push({ path: '', key: '', start: index, end: index + equals, type: 'key' });
    leaves.push({ path: name, key: name, start: index + equals + 1, end, type: 'field' });
  }
  return leaves;
};

export const isMultipart = (contentType: string | undefined): contentType is string => mediaType(contentType).startsWith('multipart/');

const unreadable = (why: string): Refusal => new Refusal('cannot-redact', `a multipart body that cannot be looked into: ${why}`);

const boundaryOf = (contentType: string): string => {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw unreadable('no boundary in content-type');
  return `--${boundary}`;
};

interface Part {
  readonly head: string;
  readonly headAt: number;
  readonly start: number;
  readonly end: number;
}

/** Parts in order, exactly as a reader cuts them. */
const partsOf = (text: string, boundary: string): readonly Part[] => {
  const parts: Part[] = [];
  if (!text.startsWith(boundary)) throw unreadable('it does not begin with its boundary');
  for (let at = 0; ;) {
    at += boundary.length;
    if (text.startsWith('--', at)) {
      if (text.slice(at + 2).trim() !== '') throw unreadable('something stands behind its end');
      return parts;
    }
    const headAt = text.indexOf('\r\n', at) + 2;
    const blank = text.indexOf('\r\n\r\n', headAt - 2);
    const end = text.indexOf(`\r\n${boundary}`, Math.max(blank + 2, headAt));
    if (headAt === 1 || blank < 0 || end < 0) throw unreadable('it does not end');
    parts.push({ head: text.slice(headAt, Math.max(blank, headAt)), headAt, start: blank + 4, end: Math.max(end, blank + 4) });
    at = end + 2;
  }
};

const headerOf = (head: string, name: string): string =>
  head
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim() ?? '';

const plainTransfers: ReadonlySet<string> = new Set(['', '7bit', '8bit', 'binary']);

const checkPart = (head: string, name: string): void => {
  const transfer = headerOf(head, 'content-transfer-encoding').toLowerCase();
  if (!plainTransfers.has(transfer)) throw unreadable(`the part ${JSON.stringify(name)} has the transfer encoding ${transfer}`);
  if (isMultipart(headerOf(head, 'content-type'))) throw unreadable(`the part ${JSON.stringify(name)} has parts of its own`);
};

/** Who names a file often says whom it is about. What it is, its last letters say, and upstreams act on them. */
const fileNames = /;\s*filename(\*?)=(?:"((?:[^"\\\r\n]|\\.)*)"|([^;\s"]+))/gi;
const extension = /\.[A-Za-z0-9]{1,5}$/;

export const fileNameKey = 'filename';

const fileNameLeaves = ({ head, headAt }: Part, name: string): readonly Leaf[] =>
  [...head.matchAll(fileNames)].map(({ 0: all, 1: star, 2: quoted, 3: bare = '', index }) => {
    const raw = quoted ?? bare;
    const charset = star === '*' ? (/^[^']*'[^']*'/.exec(raw)?.[0].length ?? 0) : 0;
    const start = headAt + index + all.length - raw.length - (quoted === undefined ? 0 : 1) + charset;
    const end = start + raw.length - charset;
    return { path: `${name}.${fileNameKey}`, key: fileNameKey, start, end: end - (extension.exec(raw)?.[0].length ?? 0), type: 'field' };
  });

/** The parts of a multipart body by their names: values of JSON in them, or all of a part. */
export const partLeaves = (text: string, contentType: string, keys: boolean): readonly Leaf[] =>
  partsOf(text, boundaryOf(contentType)).flatMap((part): readonly Leaf[] => {
    const { head, start, end } = part;
    const [, quoted, bare = ''] = /;\s*name=(?:"((?:[^"\\\r\n]|\\.)*)"|([^;\s"]+))/i.exec(headerOf(head, 'content-disposition')) ?? [];
    const name = nameOf(quoted ?? bare);
    checkPart(head, name);
    const inside = jsonLeaves(text, start, end, keys)?.map((leaf) => ({ ...leaf, path: joined(name, leaf.path), key: leaf.key || name }));
    const whole: Leaf = { path: name, key: name, start, end, type: 'text' };
    return [...fileNameLeaves(part, name), ...(inside ?? [whole])];
  });

const joined = (name: string, path: string): string => (path === '' || path.startsWith('[') ? `${name}${path}` : `${name}.${path}`);
