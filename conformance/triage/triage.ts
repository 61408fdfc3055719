import type { ClientDialect } from '#scenarios/kit/cell';

import type { Profile, RunningTarget } from '../targets/target.ts';
import { checkedUrl, urlTarget } from '../targets/url-target.ts';
import { createHttpCaller } from '../transport/http-caller.ts';
import { interview, type Interview } from './interview.ts';
import { commandLine } from './names-to-ask.ts';
import type { TriageQuestion } from './question.ts';
import { seenOf, type Seen, type WantedName } from './seen.ts';
import { openSession, type Answered, type Limits, type Session, type Unasked } from './session.ts';
import { loadSigns, readSigns, type Named } from './sign.ts';
import { unseen } from './unseen.ts';
import { judged, type TriageVerdict } from './verdict.ts';

export interface TriageOptions {
  /** Origin and mount of the target. */
  readonly url: string;
  /** The caller's key; from an environment variable, never from argv. */
  readonly key?: string;
  /** What the deployment should have; without it nothing is expected of the list. */
  readonly profile?: Profile;
  /** The proxy's own address, behind a reverse proxy. */
  readonly direct?: string;
  /** Models that callers ask for. */
  readonly models?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
  /** Bounds: of a question that generates nothing, of one that does, and of all; 5 s, 30 s and 120 s by default. */
  readonly oneWithinMs?: number;
  readonly answerWithinMs?: number;
  readonly allWithinMs?: number;
  readonly onAsking?: (question: TriageQuestion) => void;
}

/** What is spent at most when nobody says otherwise. */
export const triageLimits: Limits = { requests: 60, tokens: 2_500 };

export interface Triage {
  /** As it is asked, without a trailing slash. */
  readonly url: string;
  readonly direct?: string;
  readonly hasKey: boolean;
  readonly profile?: string;
  readonly verdict: TriageVerdict;
  /** Rows that the answers show, the surest first. */
  readonly named: readonly Named[];
  readonly answers: readonly Answered[];
  /** Dialects that it was seen to speak. */
  readonly dialects: readonly ClientDialect[];
  readonly unasked: readonly Unasked[];
  /** What could not be seen from here, in sentences. */
  readonly unseen: readonly string[];
  readonly limits: Limits;
  readonly spent: { readonly requests: number; readonly tokens: number };
  readonly target: RunningTarget;
  readonly directTarget?: RunningTarget;
}

const defaults = { oneWithinMs: 5_000, answerWithinMs: 30_000, allWithinMs: 120_000 };
/** Nothing that these questions are answered with comes near. */
const maxAnswerBytes = 1024 * 1024;

const noProfile: Profile = { name: 'none', claims: new Set(), models: {} };

/** Roles that stand for what a deployment is not to have, or that somebody makes for the purpose. */
const notToBeListed = /:(?:unlisted|unrouted|dead-alias|excluded|unlimited)$/;

/** A profile speaks of models of upstreams that it claims; others are names that nobody would find here. */
const wantedOf = ({ profile = noProfile, models = [] }: TriageOptions): readonly WantedName[] => [
  ...models.map((name) => ({ name, place: commandLine })),
  ...Object.entries(profile.models)
    .filter(([place]) => profile.claims.has(`upstream:${place.split(':', 1)[0]}`) && !notToBeListed.test(place))
    .map(([place, name]) => ({ name, place })),
];

const targetAt = (url: string, key: string | undefined): Promise<RunningTarget> =>
  urlTarget({ url, profile: noProfile, ...(key !== undefined && { key }) }).start({ remediesOff: [], config: {} }, undefined);

interface Asked {
  readonly talk: Interview;
  readonly seen: Seen;
}

const askAll = async (options: TriageOptions, session: Session): Promise<Asked> => {
  const hasKey = options.key !== undefined;
  const hasDirect = options.direct !== undefined;
  const wanted = wantedOf(options);
  const claims = (options.profile ?? noProfile).claims;
  const talk = await interview({ session, hasKey, hasDirect, wanted, claims });
  const { listed, listIsWhole } = talk;
  return { talk, seen: seenOf({ answers: session.answers(), hasKey, hasDirect, listed, listIsWhole, wanted, claims }) };
};

/**
 * Asks a running proxy what the page's checklists ask, and says which row of the page it is in. One management question that counts no
 * attempt, a refused key never shown again, nothing generated beyond the limits.
 * @throws ToolError `usage` for a URL that is none and a key that no header takes
 */
export const triage = async (options: TriageOptions): Promise<Triage> => {
  const url = checkedUrl(options.url);
  const direct = options.direct === undefined ? undefined : checkedUrl(options.direct);
  const limits = { ...triageLimits, ...options.limits };
  const [target, directTarget] = await Promise.all([
    targetAt(url, options.key),
    direct === undefined ? Promise.resolve(undefined) : targetAt(direct, options.key),
  ]);
  const bound = AbortSignal.timeout(options.allWithinMs ?? defaults.allWithinMs);
  const signal = options.signal === undefined ? bound : AbortSignal.any([bound, options.signal]);
  const caller = createHttpCaller({ maxAnswerBytes, takesGzip: true });
  const { oneWithinMs = defaults.oneWithinMs, answerWithinMs = defaults.answerWithinMs, onAsking } = options;
  try {
    const session = openSession({ target, direct: directTarget, caller, limits, signal, oneWithinMs, answerWithinMs, onAsking });
    const [{ talk, seen }, signs] = await Promise.all([askAll(options, session), loadSigns()]);
    const named = readSigns(signs, seen);
    return {
      url,
      ...(direct !== undefined && { direct }),
      hasKey: options.key !== undefined,
      ...(options.profile !== undefined && { profile: options.profile.name }),
      verdict: judged({ talk, seen, named, unasked: session.unasked(), limits }),
      named,
      answers: session.answers(),
      dialects: talk.dialects,
      unasked: session.unasked(),
      unseen: unseen({ talk, seen, unasked: session.unasked(), limits }),
      limits,
      spent: session.spent(),
      target,
      ...(directTarget !== undefined && { directTarget }),
    };
  } finally {
    await caller.close();
  }
};
