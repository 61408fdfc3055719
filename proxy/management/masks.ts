import { createHmac } from 'node:crypto';

import { isPair, isScalar, parseDocument, visit } from 'yaml';

import { expandEnvironment } from '../config/environment.ts';
import type { Environment } from '../config/environment.ts';
import { secretsIn } from '../config/secret-places.ts';
import { ProxyError } from '../errors.ts';

/**
 * Secrets on their way out become masks, `masked:4f1c2a9b0d3e`; a mask that comes back means the secret that it stands for, wherever it is
 * put. A mask is a keyed hash under a key that nobody has and that ends with the process, so it tells nothing of the secret.
 */
const mask = /masked:[0-9a-f]{12}/g;
/** In YAML the mask stands for the scalar with its quotation marks. */
const maskInYaml = /(["']?)(masked:[0-9a-f]{12})\1/g;
const isReference = (text: string): boolean => /^\$\{[A-Za-z_]\w*\}$/.test(text);

/** `# api-key: sk-old`, and words of which only keys are made, in comments. */
const commentedSecret =
  /((?:key|token|secret|password|jwt|cookie)["']?\s*[:=]\s*["']?)([^\s"'#]+)|(?<![\w./:-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])([\w-]{24,})/gi;

interface Original {
  /** As the text writes it, with quotation marks. */
  readonly slice: string;
  readonly value: string;
}

interface Found extends Original {
  readonly start: number;
  readonly end: number;
}

const namesAbove = (ancestors: readonly unknown[]): readonly string[] =>
  ancestors.flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : []));

/** Where the text of a configuration has secrets, in the order of the text. References to the environment are none. */
const secretsInText = (text: string): readonly Found[] => {
  const found: Found[] = [];
  visit(parseDocument(text), {
    Scalar: (key, { value, range }, ancestors) => {
      if (key === 'key' || range === undefined || range === null || isReference(String(value))) return;
      const [start, end] = range;
      for (const secret of secretsIn(namesAbove(ancestors), value)) {
        const whole = secret === String(value);
        const from = whole ? start : text.indexOf(secret, start);
        const to = whole ? end : from + secret.length;
        if (from >= start && to <= end) found.push({ start: from, end: to, slice: text.slice(from, to), value: secret });
      }
    },
  });
  return found.sort((a, b) => a.start - b.start);
};

const splitComment = (line: string): readonly [string, string] => {
  const at = /(?:^|\s)#/.exec(line)?.index;
  return at === undefined ? [line, ''] : [line.slice(0, at), line.slice(at)];
};

export class Masks {
  readonly #key: string;
  readonly #env: Environment;

  /** @param key random, and kept by nobody else */
  constructor(key: string, env: Environment) {
    this.#key = key;
    this.#env = env;
  }

  of(secret: string): string {
    return `masked:${createHmac('sha256', this.#key).update(secret).digest('hex').slice(0, 12)}`;
  }

  /** A tree of plain values in the configuration's key names, with masks for its secrets. */
  tree(node: unknown, path: readonly PropertyKey[] = []): unknown {
    if (Array.isArray(node)) return node.map((item, index) => this.tree(item, [...path, index]));
    if (node !== null && typeof node === 'object')
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, this.tree(value, [...path, key])]));
    const secrets = isReference(String(node)) ? [] : secretsIn(path, node);
    return secrets.reduce<unknown>((text, secret) => String(text).replaceAll(secret, this.of(secret)), node);
  }

  /** A configuration's text with masks for its secrets and for what looks like one in its comments; comments and layout stay. */
  text(text: string): string {
    if (parseDocument(text).errors.length > 0)
      throw new ProxyError(
        'config-file-broken',
        'the configuration file is no valid YAML at this moment, so its secrets cannot be told from the rest',
      );
    const { pieces, from } = secretsInText(text).reduce(
      ({ pieces, from }, { start, end, value }) => ({ pieces: [...pieces, text.slice(from, start), this.of(value)], from: end }),
      { pieces: [] as readonly string[], from: 0 },
    );
    return this.#comments([...pieces, text.slice(from)].join(''));
  }

  /** Plain values with the secrets that masks in them stand for. @throws ProxyError for a mask of no secret in `text`. */
  unmaskTree(node: unknown, text: string): unknown {
    const originals = this.#originals(text);
    const walk = (inner: unknown): unknown => {
      if (typeof inner === 'string') return inner.replaceAll(mask, (found) => originalOf(originals, found).value);
      if (Array.isArray(inner)) return inner.map(walk);
      if (inner === null || typeof inner !== 'object') return inner;
      return Object.fromEntries(Object.entries(inner).map(([key, value]) => [key, walk(value)]));
    };
    return walk(node);
  }

  /** A text with the secrets of `texts` that masks in it stand for. @throws ProxyError for a mask of no secret in them. */
  unmaskText(masked: string, ...texts: readonly string[]): string {
    const originals = new Map(texts.flatMap((text) => [...this.#originals(text)]));
    return masked.replaceAll(maskInYaml, (_whole, _quote: string, found: string) => originalOf(originals, found).slice);
  }

  #comments(text: string): string {
    const masked = (comment: string): string =>
      comment.replaceAll(commentedSecret, (whole, before: string | undefined, after: string | undefined, word: string | undefined) => {
        if (whole.includes('masked:')) return whole;
        return before === undefined ? this.of(word ?? whole) : `${before}${this.of(after ?? '')}`;
      });
    const lines = text.split('\n').map(splitComment);
    return lines.map(([content, comment]) => content + masked(comment)).join('\n');
  }

  #originals(text: string): ReadonlyMap<string, Original> {
    const found = secretsInText(text).flatMap((original) => {
      const expanded = String(expandEnvironment(original.value, this.#env, '').tree);
      return [original.value, original.value.trim(), expanded, expanded.trim()].map((value) => [this.of(value), original] as const);
    });
    return new Map([...this.#commented(text), ...this.#referenced(text), ...found]);
  }

  #commented(text: string): readonly (readonly [string, Original])[] {
    return text.split('\n').flatMap((line) =>
      [...splitComment(line)[1].matchAll(commentedSecret)].map(([, , after, word]) => {
        const value = after ?? word ?? '';
        return [this.of(value), { slice: value, value }] as const;
      }),
    );
  }

  /** What the environment gave is masked where the configuration in force is shown; the mask then means the reference. */
  #referenced(text: string): readonly (readonly [string, Original])[] {
    const references = [...text.matchAll(/\$\{([A-Za-z_]\w*)\}/g)];
    return references.flatMap(([reference, name]) => {
      const value = this.#env[name ?? ''];
      return value === undefined ? [] : [[this.of(value.trim()), { slice: reference, value: reference }] as const];
    });
  }
}

const originalOf = (originals: ReadonlyMap<string, Original>, found: string): Original => {
  const original = originals.get(found);
  if (original !== undefined) return original;
  throw new ProxyError('invalid-request', `${found} stands for no secret of this configuration: masks are good until the next start only.`);
};
