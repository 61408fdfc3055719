import { imageIn, type ImageRefusal, type RegistryResult } from '#scenarios/kit/actions/registry';
import { cannotTell, deviates, holds, type CallerSight, type Cell, type Ground, type Reading } from '#scenarios/kit/index';

/** An image belongs to no dialect. */
export const cells: readonly Cell[] = [{ client: 'openai-chat', upstream: 'openai-chat', stream: false }];

const tested = { build: 'v1.4.0', platforms: ['linux/amd64', 'linux/arm64'] } as const;

/** A deployment as it should be: a version and its digest, from a registry that gives everybody a token. */
export const goodImage = {
  reference: '{registry}/house/llm-proxy:v1.4.0@{tested}',
  platform: 'linux/amd64',
  tested,
  registry: { repository: 'house/llm-proxy', tags: { 'v1.4.0': tested, latest: tested }, access: 'token' },
} as const satisfies NonNullable<Ground['image']>;

/** Why none of these runs against a live target. */
export const notSeenFromOutside = 'which image a deployment was made from is not seen from its address';

const inWords = ({ reference, found, refused }: RegistryResult): string =>
  refused === undefined ? `${reference}: ${found?.named} for ${found?.platform}` : `${reference}: ${refused.why}, ${refused.said}`;

const ofImage = (sight: CallerSight, judge: (image: RegistryResult) => Reading): Reading => {
  const image = imageIn(sight);
  return image === undefined ? cannotTell('not-exercised', 'no image was looked for') : judge(image);
};

/** Holds when an image was found; deviates when there was none for one of these reasons, and cannot tell for others. */
export const isNotRefusedFor = (sight: CallerSight, expected: string, ...reasons: readonly ImageRefusal[]): Reading =>
  ofImage(sight, (image) => {
    if (image.refused === undefined) return holds();
    return reasons.includes(image.refused.why)
      ? deviates({ expected, actual: inWords(image) })
      : cannotTell('prerequisite-failed', inWords(image));
  });

/** Holds when what the reference names is the build that was tried out. */
export const isTheTestedOne = (sight: CallerSight): Reading =>
  ofImage(sight, (image) => {
    if (image.found === undefined) return cannotTell('prerequisite-failed', inWords(image));
    return image.asTested ? holds() : deviates({ expected: 'the digest of the build that was tried out', actual: inWords(image) });
  });

/** Holds when the reference says which build, by its digest. */
export const isPinned = (sight: CallerSight): Reading =>
  ofImage(sight, ({ pinned, reference }) => (pinned ? holds() : deviates({ expected: 'a reference with a digest', actual: reference })));
