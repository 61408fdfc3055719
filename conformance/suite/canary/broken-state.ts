import { readdirSync } from 'node:fs';

import type { Script, UpstreamRequest } from '#fixtures/upstreams/script';
import type { PageRow } from '#scenarios/kit/page-row';
import type { ProxyConfigPatch } from '#scenarios/kit/scenario';

export const personas = ['documented', 'cliproxyapi-2026-02', 'cliproxyapi-2026-08'] as const;
export type PersonaId = (typeof personas)[number];

/** A row that a canary names beside the one that is broken, and why that is no false alarm. */
export interface AlsoNamed {
  readonly row: PageRow;
  /** All by default. */
  readonly personas?: readonly PersonaId[];
  readonly because: string;
}

/**
 * A reference proxy in trouble: the symptom's setting of one scenario, with vendors that do what that row says of them. One file each in
 * `states/`, found by name.
 */
export interface BrokenState {
  /** The scenario whose symptom it is. */
  readonly scenario: string;
  /** Requests to which its vendors answer as the scenario's script says; all by default. Everything else is answered well. */
  readonly concerns?: (request: UpstreamRequest) => boolean;
  /** In place of the scenario's script, where that goes by words in the question, which no real vendor does. */
  readonly vendor?: Script;
  /** Under these personas in place of `vendor`, where the build has no such vendor, and the same trouble with another one. */
  readonly vendorAt?: Readonly<Partial<Record<PersonaId, Script>>>;
  /** In place of the symptom's own configuration. */
  readonly config?: ProxyConfigPatch;
  readonly also?: readonly AlsoNamed[];
  /** What canaries find of a healthy build and not in this state, because nobody gets so far. */
  readonly hides?: readonly PageRow[];
  /** Personas whose builds cannot be in this state, and why. They are put into it all the same: then nobody may find its row. */
  readonly absent?: Readonly<Partial<Record<PersonaId, string>>>;
  /** Personas under which a canary cannot name the row in this state, and why, with what shows it instead. */
  readonly unnamed?: Readonly<Partial<Record<PersonaId, string>>>;
  /** What holds for `wireproof triage` in place of the two above, where it is not the same. */
  readonly triage?: {
    readonly also?: readonly AlsoNamed[];
    /** One reason for all personas, or one for each. */
    readonly unnamed?: string | Readonly<Partial<Record<PersonaId, string>>>;
  };
}

export const defineState = (state: BrokenState): BrokenState => state;

const folder = new URL('states/', import.meta.url);

/** Every state of `states/`, sorted by file name. A state is added by adding `<name>.state.ts`. */
export const loadStates = (): Promise<readonly BrokenState[]> =>
  Promise.all(
    readdirSync(folder)
      .filter((file) => file.endsWith('.state.ts'))
      .sort()
      .map(async (file) => ((await import(new URL(file, folder).href)) as { readonly default: BrokenState }).default),
  );
