import type { RoutingPolicy } from '../personas/persona.ts';
import type { CooldownKind } from './cooldowns.ts';
import type { FailureClass } from './failure-class.ts';

/** A failure as far as its cooldown is concerned. */
export interface Coolable {
  readonly failureClass: FailureClass;
  /** The upstream's, or of a transport fault the one that the proxy answers. */
  readonly status: number;
  /** What the upstream said of coming back, in milliseconds, see `hints.ts`. */
  readonly hintMs: number | undefined;
  readonly isChallenge: boolean;
}

/** How long what fails rests; without `forMs` the quota's own schedule decides (`Cooldowns.nextQuotaMs`). */
export interface Cooling {
  readonly kind: CooldownKind;
  readonly forMs?: number;
  readonly hinted: boolean;
}

export const kindOf = (failureClass: FailureClass): CooldownKind => {
  if (failureClass === 'quota') return 'quota';
  if (failureClass === 'unauthorized' || failureClass === 'forbidden') return 'credential';
  return failureClass === 'model-refused' ? 'model' : 'transient';
};

const quota = ({ hintMs, isChallenge }: Coolable, { challengeMs, longestHintMs }: RoutingPolicy): Cooling => {
  const hint = hintMs === undefined ? undefined : Math.min(hintMs, longestHintMs);
  if (isChallenge && challengeMs > 0) return { kind: 'quota', forMs: Math.max(hint ?? 0, challengeMs), hinted: true };
  return { kind: 'quota', hinted: hint !== undefined, ...(hint !== undefined && { forMs: hint }) };
};

const transient = ({ status, hintMs }: Coolable, policy: RoutingPolicy, seconds: number): Cooling | undefined => {
  if (seconds < 0) return undefined;
  const standard = seconds > 0 ? seconds * 1000 : (policy.cooldownMs[status] ?? policy.otherStatusMs);
  if (standard === 0) return undefined;
  return { kind: 'transient', forMs: Math.min(hintMs ?? standard, policy.longestHintMs), hinted: hintMs !== undefined };
};

const fixed = (kind: CooldownKind, forMs: number): Cooling | undefined => (forMs > 0 ? { kind, forMs, hinted: false } : undefined);

/**
 * How long a failure takes the credential out of service for the model (sheet S4), where no remedy knows better.
 * @param transientSeconds `transient-error-cooldown-seconds`: 0 for the persona's own times, -1 for none
 */
export const coolingOf = (failure: Coolable, policy: RoutingPolicy, transientSeconds: number): Cooling | undefined => {
  const { failureClass, status } = failure;
  if (failureClass === 'request-fault') return undefined;
  if (failureClass === 'quota') return quota(failure, policy);
  if (failureClass === 'unavailable') return transient(failure, policy, transientSeconds);
  // Dead keys come with other statuses too (a 400 of Gemini, a 403 of Kiro).
  if (failureClass === 'unauthorized') return fixed('credential', policy.cooldownMs[401] ?? policy.otherStatusMs);
  if (failureClass === 'other') return fixed('transient', policy.cooldownMs[status] ?? policy.otherStatusMs);
  return fixed(kindOf(failureClass), policy.cooldownMs[status] ?? (failureClass === 'forbidden' ? policy.otherStatusMs : 0));
};
