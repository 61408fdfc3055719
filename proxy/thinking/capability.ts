import type { Level } from './levels.ts';

/** What a model can think with. Both levels and a budget: a hybrid, which takes either. */
export interface Capability {
  /** Tokens, both included. */
  readonly budget?: { readonly least: number; readonly most: number };
  /** Weakest first, without `none`. */
  readonly levels?: readonly Level[];
  /** Whether thinking can be switched off. */
  readonly zero: boolean;
  /** Whether the amount can be left to the model. */
  readonly dynamic: boolean;
}

/** `none`: it does not think. `unknown`: a model of the operator's own, of which nothing is declared; it gets what was asked for. */
export type Ability = Capability | 'none' | 'unknown';
