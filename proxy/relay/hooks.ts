import type { Remedy } from '../remedies/remedy.ts';

type With<K extends keyof Remedy> = Remedy & { readonly [key in K]-?: NonNullable<Remedy[K]> };

/** The remedies that have a certain hook, in their order. Asked several times per request, of lists that last as long as a configuration. */
const having = <K extends keyof Remedy>(hook: K): ((remedies: readonly Remedy[]) => readonly With<K>[]) => {
  const known = new WeakMap<readonly Remedy[], readonly With<K>[]>();
  return (remedies) => {
    const found = known.get(remedies) ?? remedies.filter((remedy): remedy is With<K> => remedy[hook] !== undefined);
    known.set(remedies, found);
    return found;
  };
};

export const withArrival = having('onArrival');
export const withAttempt = having('onAttempt');
export const withNeutralRequest = having('onNeutralRequest');
export const withOwnStream = having('onOwnStream');
export const withRefusalIn = having('refusalIn');
export const withSteering = having('steersReasoning');
export const withQuotaTrial = having('triesQuotaAlone');
export const withEstimate = having('estimatesOmittedUsage');
