import { kindOfKey, kindOfQueryKey, type SensitiveKind, sensitiveSpans, type Span } from '#fixtures/recordings/sensitive';

import { type BodyLeaves, leavesOfBody } from './body-leaves.ts';
import { isContent, isSaidKey, saidIn } from './content.ts';
import { spansBehindEscapes } from './decoded-text.ts';
import { fileNameKey } from './form-leaves.ts';
import { hiddenKind } from './hidden-kind.ts';
import type { Leaf } from './json-leaves.ts';
import { kindByPath } from './kind-by-path.ts';
import { namedSpans } from './named-spans.ts';
import { Refusal } from './refusal.ts';
import { remembered } from './remembered.ts';

export interface Found extends Span {
  readonly type: Leaf['type'];
  /** With the name of what the body is of. */
  readonly path: string;
}

/** A body, and the places in it that must not be written. */
export interface LookedInto extends BodyLeaves {
  readonly text: string;
  /** Without overlaps, in order. */
  readonly found: readonly Found[];
  /** Leaves of which all is found, by their places among the leaves. */
  readonly wholes: ReadonlySet<number>;
  /** Something in it looked sensitive. */
  readonly doubtful: boolean;
}

export interface LookOptions {
  /** What the body is of: `request.body`. */
  readonly place: string;
  readonly contentType?: string | undefined;
  readonly dropContent: boolean;
}

/** How a place in a body is listed. Keys may be as secret as values. */
export const listedPlace = (place: string, path: string): string => {
  if (path === '') return place;
  let out = path;
  for (const { start, end } of sensitiveSpans(path).toSorted((a, b) => b.start - a.start)) out = `${out.slice(0, start)}*${out.slice(end)}`;
  return out.startsWith('[') ? `${place}${out}` : `${place}.${out}`;
};

/** A replay knows a request again by its keys, so only those of answers are taken out. */
const takesKeys = ({ place, dropContent }: LookOptions): boolean => dropContent && !/^(?:request|socket\.client)\b/.test(place);

const kindInJson = remembered(kindOfKey);
const kindInForm = remembered((key) => (key === fileNameKey ? 'personal' : kindOfQueryKey(key)));

/** Looks into one body. What is asked of its keys and paths is asked once for each. */
class Look {
  readonly found: Found[] = [];
  readonly wholes = new Set<number>();
  readonly #text: string;
  readonly #options: LookOptions;
  readonly #body: BodyLeaves;
  readonly #paths = new Map<string, string>();
  #slash = -1;

  constructor(text: string, body: BodyLeaves, options: LookOptions) {
    this.#text = text;
    this.#body = body;
    this.#options = options;
  }

  /** @param spans of the text as it stands, in order */
  leaves(spans: readonly Span[]): void {
    let [next, at] = [0, 0];
    const add = (span: Span, leaf?: Leaf): void => {
      if (span.start < at || span.end <= span.start) return;
      this.found.push({
        start: span.start,
        end: span.end,
        kind: span.kind,
        type: leaf?.type ?? 'text',
        path: this.#listed(leaf?.path ?? ''),
      });
      at = span.end;
    };
    for (const [index, leaf] of this.#body.leaves.entries()) {
      // Between values: in keys, mostly.
      for (let span = spans[next]; span !== undefined && span.start < leaf.start; span = spans[++next]) add(span);
      const whole = this.#wholeKind(leaf);
      const own: Span[] = [];
      for (let span = spans[next]; span !== undefined && span.start < leaf.end; span = spans[++next]) own.push(span);
      if (whole !== undefined) {
        this.wholes.add(index);
        add({ start: Math.max(leaf.start, at), end: leaf.end, kind: whole }, leaf);
        continue;
      }
      for (const span of this.#spansIn(leaf, own)) add(span, leaf);
    }
    for (const span of spans.slice(next)) add(span);
  }

  /** @param own of the text as it stands */
  #spansIn(leaf: Leaf, own: readonly Span[]): readonly Span[] {
    const spans = this.#hasEscapes(leaf) ? this.#behindEscapes(leaf) : own;
    const named = leaf.type === 'text' ? this.#named(leaf) : [];
    return named.length === 0 ? spans : [...spans, ...named].sort(inOrder);
  }

  /** What is no JSON, as a whole, may still be pieces of it. */
  #named(leaf: Leaf): readonly Span[] {
    return namedSpans(this.#raw(leaf)).flatMap(({ start, end, kind, isOpen }) => {
      if (!isOpen) return [{ start: start + leaf.start, end: end + leaf.start, kind }];
      if (kind !== 'credential') return [];
      throw new Refusal('secret-left', `${this.#listed(leaf.path)}: what is named like a credential is cut, or no JSON`);
    });
  }

  #listed(path: string): string {
    const known = this.#paths.get(path);
    if (known !== undefined) return known;
    const told = takesKeys(this.#options) ? (saidIn(path) ?? path) : path;
    const listed = listedPlace(this.#options.place, told);
    this.#paths.set(path, listed);
    return listed;
  }

  #wholeKind(leaf: Leaf): SensitiveKind | undefined {
    if (leaf.start === leaf.end) return undefined;
    const { dropContent } = this.#options;
    if (leaf.type === 'key') return this.#kindOfAKey(leaf, dropContent);
    // What percent escapes hide is only seen without them; then all of the value goes.
    const kind = this.#kindByKey(leaf.key) ?? this.#kindByPath(leaf) ?? (leaf.type === 'field' ? hiddenKind(this.#raw(leaf)) : undefined);
    return kind ?? (dropContent && isContent(leaf, this.#raw(leaf)) ? 'content' : undefined);
  }

  #kindOfAKey(leaf: Leaf, dropContent: boolean): SensitiveKind | undefined {
    const isForm = this.#body.shape === 'form';
    const hidden = isForm ? hiddenKind(this.#raw(leaf)) : undefined;
    return hidden ?? (dropContent && isSaidKey(leaf, this.#raw(leaf), isForm) ? 'content' : undefined);
  }

  #kindByKey(key: string): SensitiveKind | undefined {
    return this.#body.shape === 'form' ? kindInForm(key) : kindInJson(key);
  }

  #kindByPath(leaf: Leaf): SensitiveKind | undefined {
    return leaf.type === 'string' ? kindByPath(leaf, this.#text) : undefined;
  }

  #hasEscapes(leaf: Leaf): boolean {
    if (leaf.type === 'field' || leaf.type === 'number') return false;
    if (this.#slash < leaf.start) {
      const slash = this.#text.indexOf('\\', leaf.start);
      this.#slash = slash < 0 ? Number.POSITIVE_INFINITY : slash;
    }
    return this.#slash < leaf.end;
  }

  #behindEscapes(leaf: Leaf): readonly Span[] {
    return spansBehindEscapes(this.#raw(leaf))
      .map(({ start, end, kind }) => ({ start: start + leaf.start, end: end + leaf.start, kind }))
      .sort(inOrder);
  }

  #raw({ start, end }: Leaf): string {
    return this.#text.slice(start, end);
  }
}

const inOrder = (a: Span, b: Span): number => a.start - b.start || b.end - a.end;

const noLeaves: BodyLeaves = { leaves: [], shape: 'text' };

const bodyOf = (text: string, options: LookOptions): BodyLeaves => {
  try {
    return leavesOfBody(text, { contentType: options.contentType, keys: takesKeys(options) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (options.dropContent) return noLeaves;
    throw new Refusal(error.code, `${options.place}: ${error.message}`);
  }
};

const wholeOf = (text: string): Leaf => ({ path: '', key: '', start: 0, end: text.length, type: 'text' });

/** Finds in a body what must not be written. Throws {@link Refusal} where it cannot be read. */
export const lookInto = (text: string, options: LookOptions): LookedInto => {
  const read = bodyOf(text, options);
  // A text that is no JSON cannot be told from what was said.
  if (options.dropContent && read.shape === 'text' && text.length > 0) {
    const all: Found = { start: 0, end: text.length, kind: 'content', type: 'text', path: options.place };
    return { ...read, text, found: [all], wholes: new Set(), doubtful: false };
  }
  const body = read.shape === 'text' ? { ...read, leaves: [wholeOf(text)] } : read;
  const spans = sensitiveSpans(text).toSorted(inOrder);
  const look = new Look(text, body, options);
  look.leaves(spans);
  return { ...body, text, found: look.found, wholes: look.wholes, doubtful: spans.length > 0 };
};
