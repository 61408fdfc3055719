import { createHash } from 'node:crypto';

import type { ChangeKind, SurfaceChange } from './compare-surfaces.ts';
import type { SdkRoot } from './sdk-roots.ts';
import { pathText } from './type-surface.ts';
import { wireDisagreement } from './wire-disagreement.ts';

export type SdkSeverity = 'breaking' | 'additive' | 'cosmetic';

/** A change with what it means for those who speak this wire. */
export interface JudgedChange {
  /** The same for the same change in every run and between any versions: twelve hexadecimal digits. */
  readonly id: string;
  readonly severity: SdkSeverity;
  readonly kind: ChangeKind;
  /** Whether requests have it, or answers, or both. */
  readonly sides: readonly SdkRoot['side'][];
  /** Such as `ChatCompletion.choices[].finish_reason`. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** What our strict schemas of the same answers say against it now, each at the first place where it does. */
  readonly disagrees?: readonly Disagreement[];
}

export interface Disagreement {
  /** Which schema. */
  readonly wire: string;
  readonly path: string;
  readonly because: string;
}

/** Whoever reads an answer breaks when less is promised; what is promised beyond that only adds. */
const forReaders: Readonly<Record<ChangeKind, SdkSeverity>> = {
  added: 'additive',
  removed: 'breaking',
  retyped: 'breaking',
  'value-added': 'additive',
  'value-removed': 'cosmetic',
  'now-optional': 'breaking',
  'now-required': 'cosmetic',
  'now-nullable': 'breaking',
  'never-null': 'cosmetic',
  deprecated: 'cosmetic',
};

/** Whoever writes a request breaks when more is asked for or less is taken. */
const forWriters: Readonly<Record<ChangeKind, SdkSeverity>> = {
  added: 'breaking',
  removed: 'breaking',
  retyped: 'breaking',
  'value-added': 'additive',
  'value-removed': 'breaking',
  'now-optional': 'additive',
  'now-required': 'breaking',
  'now-nullable': 'additive',
  'never-null': 'breaking',
  deprecated: 'cosmetic',
};

const gravest: readonly SdkSeverity[] = ['breaking', 'additive', 'cosmetic'];

const severityFor = (change: SurfaceChange, side: SdkRoot['side']): SdkSeverity => {
  if (side === 'answer') return forReaders[change.kind];
  const isOffer = change.kind === 'added' && (change.optional === true || change.steps.length === 0);
  return isOffer ? 'additive' : forWriters[change.kind];
};

const severityOf = (change: SurfaceChange, sides: readonly SdkRoot['side'][], disagrees: boolean): SdkSeverity => {
  if (disagrees) return 'breaking';
  const all = sides.map((side) => severityFor(change, side));
  return gravest.find((severity) => all.includes(severity)) ?? 'cosmetic';
};

/** One for each schema. */
const disagreementsOf = (change: SurfaceChange, roots: ReadonlyMap<string, SdkRoot>): readonly Disagreement[] => {
  const byWire = new Map<string, Disagreement>();
  for (const { root, steps } of [change, ...change.elsewhere]) {
    const wire = roots.get(root)?.wire;
    const because = wire === undefined ? undefined : wireDisagreement({ ...change, steps }, wire);
    if (wire === undefined || because === undefined || byWire.has(wire.name)) continue;
    byWire.set(wire.name, { wire: wire.name, path: pathText(root, steps), because });
  }
  return [...byWire.values()];
};

const idOf = (packageName: string, path: string, { kind, before, after }: SurfaceChange): string =>
  createHash('sha256')
    .update(JSON.stringify([packageName, kind, path, before ?? null, after ?? null]))
    .digest('hex')
    .slice(0, 12);

/** Weighs a change at every place where it stands. @param roots of the package, by name */
export const judgeChange = (packageName: string, change: SurfaceChange, roots: ReadonlyMap<string, SdkRoot>): JudgedChange => {
  const path = pathText(change.root, change.steps);
  const disagrees = disagreementsOf(change, roots);
  const sides = [...new Set([change, ...change.elsewhere].flatMap(({ root }) => roots.get(root)?.side ?? []))];
  return {
    id: idOf(packageName, path, change),
    severity: severityOf(change, sides, disagrees.length > 0),
    kind: change.kind,
    sides,
    path,
    ...(change.before !== undefined && { before: change.before }),
    ...(change.after !== undefined && { after: change.after }),
    ...(disagrees.length > 0 && { disagrees }),
  };
};
