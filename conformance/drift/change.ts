import { createHash } from 'node:crypto';

/** `breaking`: a strict wire rule, a scenario or an SDK type fails now. `additive`: what nobody knows yet. `cosmetic`: all else. */
export const severities = ['breaking', 'additive', 'cosmetic'] as const;
export type Severity = (typeof severities)[number];

/** Kinds of changes that are about a value at a place. All others (order, headers, status, usage) no type speaks of. */
export const valueChangeKinds = [
  'field-added',
  'field-removed',
  'field-sometimes-missing',
  'type-changed',
  'null-appeared',
  'variant-added',
  'value-added',
  'format-changed',
  'event-added',
] as const;

export const changeKinds = [
  ...valueChangeKinds,
  'event-lost',
  'grammar-broken',
  'schema-broken',
  'status-changed',
  'error-changed',
  'header-added',
  'header-lost',
  'header-changed',
  'body-form-changed',
  'model-moved',
  'model-added',
  'model-gone',
  'usage-changed',
  'ending-changed',
  'chunking-changed',
  'latency-changed',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Before it is known where else it was seen. */
export interface SeenChange {
  readonly kind: ChangeKind;
  readonly surface: string;
  /** `body.…`, `events[…].…`, `headers.…`, `status`, or the name of a rule. */
  readonly path: string;
  /** What is different, in words and values that are the same in every run: no ids, no times. */
  readonly what: string;
  readonly severity: Severity;
  /** The rule of the wire that newly fails on it. */
  readonly rule?: string;
  /** Of a stream that leaves its grammar: which one, and the newest former version that it is of, where there is one. */
  readonly grammar?: { readonly dialect: string; readonly version: string; readonly fits?: string };
  /** Values as they were and are; absent where there is none. */
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface Change extends SeenChange {
  /** The same for the same change in every run: twelve hex digits over kind, surface, path and what. */
  readonly id: string;
  /** Samples that show it, sorted. */
  readonly seenIn: readonly string[];
}

/** One pull request per id: two runs that see one change say one id. */
export const changeId = ({ kind, surface, path, what }: Pick<SeenChange, 'kind' | 'surface' | 'path' | 'what'>): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, surface, path, what]))
    .digest('hex')
    .slice(0, 12);

const worse = (a: Severity, b: Severity): Severity => (severities.indexOf(a) <= severities.indexOf(b) ? a : b);

/** Changes with their ids, each once, the worst first. */
export const mergeChanges = (seen: readonly { readonly id: string; readonly change: SeenChange }[]): readonly Change[] => {
  const byId = new Map<string, { readonly first: SeenChange; severity: Severity; readonly samples: Set<string> }>();
  for (const { id: sample, change } of seen) {
    const id = changeId(change);
    const known = byId.get(id) ?? { first: change, severity: change.severity, samples: new Set() };
    byId.set(id, known);
    known.severity = worse(known.severity, change.severity);
    known.samples.add(sample);
  }
  const changes = [...byId].map(([id, { first, severity, samples }]): Change => ({ ...first, severity, id, seenIn: [...samples].sort() }));
  const rank = ({ severity }: Change): number => severities.indexOf(severity);
  return changes.sort((a, b) => rank(a) - rank(b) || a.surface.localeCompare(b.surface) || a.path.localeCompare(b.path));
};
