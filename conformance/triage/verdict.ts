import type { Interview } from './interview.ts';
import { evidenceOf } from './evidence.ts';
import { refusalOf } from './refusal.ts';
import type { Seen } from './seen.ts';
import type { Limits, Unasked } from './session.ts';
import type { Named } from './sign.ts';

export const verdictKinds = ['healthy', 'named', 'unreachable', 'inconclusive'] as const;

export interface TriageVerdict {
  readonly kind: (typeof verdictKinds)[number];
  /** The answer in a sentence. */
  readonly says: string;
}

/** Healthy 0, something named 1, not to be judged 3. */
export const exitCodeOf = ({ kind }: TriageVerdict): number => ({ healthy: 0, named: 1, unreachable: 3, inconclusive: 3 })[kind];

export interface Found {
  readonly talk: Interview;
  readonly seen: Seen;
  readonly named: readonly Named[];
  readonly unasked: readonly Unasked[];
  readonly limits: Limits;
}

export const isSure = ({ weight }: Named): boolean => weight !== 'possible';

const firstTrouble = ({ seen }: Found): string => {
  const first = seen.answer('health') ?? seen.answer('models');
  return first === undefined ? 'nothing was asked' : evidenceOf(first);
};

const whyInconclusive = (found: Found): string | undefined => {
  const { talk, seen, limits } = found;
  if (talk.endedBecause === 'key needed') return 'it asks for a key, and none was given: set WIREPROOF_KEY';
  if (talk.endedBecause !== undefined) return `no more was asked after: ${firstTrouble(found)}`;
  if (limits.tokens === 0) return 'no provider was asked, because no tokens were to be spent; nothing else is wrong';
  if (!seen.asked.some(({ answered }) => refusalOf(answered.sight) === undefined)) return 'no model could be asked for an answer';
  return undefined;
};

/** A sure sign decides; without one it is healthy only when a provider was seen to answer. */
export const judged = (found: Found): TriageVerdict => {
  const sure = found.named.find(isSure);
  if (found.talk.endedBecause === 'no contact') return { kind: 'unreachable', says: `no answer: ${firstTrouble(found)}` };
  if (sure !== undefined) return { kind: 'named', says: sure.title };
  const why = whyInconclusive(found);
  if (why !== undefined) return { kind: 'inconclusive', says: why };
  return { kind: 'healthy', says: 'it answers, takes the key, lists models, and its providers and streams work' };
};
