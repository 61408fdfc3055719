import { builtImage } from '#fixtures/registry/image-manifests';
import { startMockRegistry } from '#fixtures/registry/mock-registry';
import type { RegistryResult } from '#scenarios/kit/actions/registry';
import type { Image } from '#scenarios/kit/grounds/image';

import { dockerHere } from '../images/docker-daemon.ts';
import { parseReference } from '../images/image-reference.ts';
import { askOverHttp } from '../images/registry-client.ts';
import { resolveImage, type Resolution } from '../images/resolve-image.ts';
import { sightWithoutAnswer, type ActionPerformer } from './action.ts';

type Outcome = Pick<RegistryResult, 'found' | 'refused' | 'asTested'>;

const outcomeOf = (resolution: Resolution, tested: string): Outcome => {
  if (resolution.kind === 'refused') return { refused: { why: resolution.why, said: resolution.said }, asTested: false };
  const { digest, named, platform } = resolution;
  return { found: { digest, named, platform }, asTested: named === tested };
};

const isPinned = (reference: string): boolean => {
  const parsed = parseReference(reference);
  return parsed.ok && parsed.reference.digest !== undefined;
};

/** Asks a mocked registry for the image, and is gone with it. */
const resolveFrom = async ({ reference, platform, tested, registry }: Image, signal: AbortSignal): Promise<RegistryResult> => {
  const { digest } = builtImage(tested.build, tested.platforms).index;
  const mock = await startMockRegistry(registry);
  try {
    const filled = reference.replaceAll('{registry}', mock.host).replaceAll('{tested}', digest);
    const outcome = outcomeOf(await resolveImage(filled, { platform, ask: askOverHttp(signal) }), digest);
    const docker = await dockerHere(signal);
    return { kind: 'registry', reference: filled, platform, ...outcome, pinned: isPinned(filled), docker };
  } finally {
    await mock.stop();
  }
};

/** Resolves the image that the target is deployed from. */
export const action: ActionPerformer = {
  perform: async (_asked, context) => {
    const { image } = context.target;
    if (image === undefined) return { reason: 'not-visible-here', note: 'what image the target is deployed from cannot be seen from here' };
    const startedAt = performance.now();
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.withinMs)]);
    const result = await resolveFrom(image, signal);
    return { ...sightWithoutAnswer(context, performance.now() - startedAt), action: result };
  },
};
