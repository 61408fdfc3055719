import type { Clock } from '../clock.ts';
import type { ProxyConfig } from '../config/schema.ts';
import type { RoutingPolicy } from '../personas/persona.ts';
import { candidateKey } from './candidate-key.ts';
import type { Channel } from './channels.ts';
import type { Candidate } from './model-table.ts';
import type { Routing } from './routing.ts';
import { readinessOf } from './selection.ts';

/** What an explanation is made from; a RelayContext has it all. */
export interface ExplainContext {
  readonly config: Pick<ProxyConfig, 'fallback' | 'force-model-prefix' | 'max-retry-credentials' | 'routing'>;
  readonly routing: Routing;
  readonly clock: Clock;
  readonly persona: { readonly routing: Pick<RoutingPolicy, 'unhidesOnExpiry'> };
}

/** One credential that serves the model, or would if nothing stood in the way. Without its secret. */
export interface CredentialExplanation {
  readonly credential: string;
  readonly provider: string;
  readonly upstreamModel: string;
  readonly priority: number;
  readonly weight: number;
  readonly plan?: string;
  readonly chosen: boolean;
  readonly because: string;
  /** Milliseconds since the epoch, of a cooldown or an open circuit. */
  readonly until?: number;
}

const wait = (ms: number): string => (ms >= 120_000 ? `${Math.ceil(ms / 60_000)} min` : `${Math.ceil(ms / 1000)} s`);

/** The name as this channel would know it: without its prefix. */
export const ownName = ({ prefix }: Channel, model: string): string =>
  prefix !== undefined && model.startsWith(`${prefix}/`) ? model.slice(prefix.length + 1) : model;

/** Whether a name reaches a channel at all: by its prefix, or bare where that is allowed. */
const isReached = ({ prefix }: Channel, model: string, forcePrefix: boolean): boolean =>
  prefix === undefined || model.startsWith(`${prefix}/`) || !forcePrefix;

const base = ({ credential, priority, weight }: Channel, upstreamModel: string) => ({
  credential: credential.id,
  provider: credential.provider,
  upstreamModel,
  priority,
  weight,
  ...(credential.plan !== undefined && { plan: credential.plan }),
});

const skipped = (channel: Channel, upstreamModel: string, because: string): CredentialExplanation => ({
  ...base(channel, upstreamModel),
  chosen: false,
  because,
});

const ordinal = (place: number): string => (place === 0 ? 'asked first' : `asked after ${place} other${place === 1 ? '' : 's'}`);

/** What a candidate's state adds to its place. */
const stateOf = ({ routing, clock }: ExplainContext, candidate: Candidate): { readonly says: string; readonly until?: number } => {
  const cooling = routing.cooldowns.of(candidate);
  if (cooling !== undefined) {
    const { kind, error, until } = cooling;
    const code = error.code === undefined ? '' : ` (${error.code})`;
    return { says: `cooling (${kind}) for another ${wait(until - clock.now())} after status ${error.status}${code}`, until };
  }
  if (routing.breakers.state(candidate.credential.id) !== 'open') return { says: '' };
  const until = routing.breakers.openUntil(candidate.credential.id);
  return { says: `circuit open for another ${wait(until - clock.now())}`, until };
};

const explainCandidate = (
  context: ExplainContext,
  channel: Channel,
  candidate: Candidate,
  order: readonly Candidate[],
): CredentialExplanation => {
  const { says, until } = stateOf(context, candidate);
  const place = order.findIndex((other) => candidateKey(other) === candidateKey(candidate));
  const most = context.config['max-retry-credentials'];
  const isWithin = place >= 0 && (most === 0 || place < most);
  const readiness = readinessOf(context.routing, candidate);
  const words = [
    isWithin ? ordinal(place) : place >= 0 ? `not asked: max-retry-credentials is ${most}` : 'not asked',
    ...(says === '' ? [] : [says]),
    ...(isWithin && readiness !== 'ready' ? ['only because nobody better is left'] : []),
    ...(isWithin && readiness === 'ready' ? [`priority ${candidate.priority}, weight ${candidate.weight}`] : []),
  ];
  return {
    ...base(channel, candidate.upstreamModel),
    chosen: isWithin,
    because: words.join('; '),
    ...(until !== undefined && { until }),
  };
};

/** A model that is explained. */
interface Asked {
  readonly context: ExplainContext;
  readonly model: string;
  readonly candidates: readonly Candidate[];
  readonly order: readonly Candidate[];
}

/** What a channel has to do with the model: chosen or skipped, and why; nothing when it never offers it. */
export const explainChannel = ({ context, model, candidates, order }: Asked, channel: Channel): readonly CredentialExplanation[] => {
  const own = ownName(channel, model);
  const withheld = channel.withheld.filter(({ id, upstreamModel }) => id === own || upstreamModel === own);
  const offers = channel.offers.filter(({ id }) => id === own);
  const left = withheld.map(({ upstreamModel, because }) => skipped(channel, upstreamModel, because));
  if (!isReached(channel, model, context.config['force-model-prefix'])) {
    const because = `only asked as "${channel.prefix}/${own}" (force-model-prefix)`;
    return offers.map(({ upstreamModel }) => skipped(channel, upstreamModel, because));
  }
  const served = offers.map(({ upstreamModel }) => {
    if (channel.disabled) return skipped(channel, upstreamModel, 'disabled');
    const key = candidateKey({ credential: channel.credential, upstreamModel });
    const candidate = candidates.find((one) => candidateKey(one) === key);
    if (candidate === undefined)
      return skipped(channel, upstreamModel, `set apart by its prefix: ask for "${channel.prefix ?? ''}/${own}"`);
    return explainCandidate(context, channel, candidate, order);
  });
  return [...served, ...left];
};
