import { acting } from '../acting.ts';
import type { Action, ActionResult } from '../action.ts';
import type { Probe } from '../probe.ts';
import type { CallerSight } from '../sight.ts';

export interface RegistryAction extends Action {
  readonly kind: 'registry';
}

/** Why a reference leads to no image. */
export type ImageRefusal =
  | 'invalid-reference'
  | 'access-refused'
  | 'no-such-repository'
  | 'no-such-tag'
  | 'no-such-platform'
  | 'digest-differs'
  | 'unreachable'
  | 'not-a-registry';

/** What a puller finds under a reference. */
export interface RegistryResult extends ActionResult {
  readonly kind: 'registry';
  /** As the compose file says it, the registry's address filled in. */
  readonly reference: string;
  readonly platform: string;
  /** Of the image that would run there, and of what its tag or digest names. */
  readonly found?: { readonly digest: string; readonly named: string; readonly platform: string };
  readonly refused?: { readonly why: ImageRefusal; readonly said: string };
  /** Whether what is named is the build that was tried out. */
  readonly asTested: boolean;
  /** Whether the reference itself says which build, so that nobody can put another one under it. */
  readonly pinned: boolean;
  /** What a Docker daemon of this machine makes of the reference, or that there is none. */
  readonly docker: string;
}

/** Resolves the image that the target's deployment names, as a puller does: tag, index, platform, digest. */
export const resolvingImage = (): Probe => {
  const action: RegistryAction = { kind: 'registry' };
  return acting(action, { dialect: 'openai-chat' });
};

/** What was found; `undefined` when the step was none. */
export const imageIn = ({ action }: CallerSight): RegistryResult | undefined =>
  action?.kind === 'registry' ? (action as RegistryResult) : undefined;
