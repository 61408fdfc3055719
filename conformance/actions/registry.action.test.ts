import { expect, it } from 'vitest';

import { builtImage } from '#fixtures/registry/image-manifests';
import { resolvingImage, type RegistryResult } from '#scenarios/kit/actions/registry';
import type { Image } from '#scenarios/kit/grounds/image';

import type { RunningTarget } from '../targets/target.ts';
import { isUndone, type ActionContext } from './action.ts';
import { action } from './registry.action.ts';

const tested = { build: 'one', platforms: ['linux/amd64'] } as const;

const image: Image = {
  reference: '{registry}/house/proxy:v1@{tested}',
  platform: 'linux/amd64',
  tested,
  registry: { repository: 'house/proxy', tags: { v1: tested }, access: 'token' },
};

const cell = { client: 'openai-chat', upstream: 'openai-chat', stream: false } as const;

const resolve = async (deployed: Image | undefined) => {
  const target: RunningTarget = {
    url: 'http://127.0.0.1:9',
    headers: () => ({}),
    path: (_cell, path) => path,
    logs: () => Promise.resolve(undefined),
    stop: () => Promise.resolve(),
    ...(deployed !== undefined && { image: deployed }),
  };
  const probe = resolvingImage();
  const about = { target, url: target.url, path: '/', headers: {}, cell, token: 'wpt_1', upstream: undefined };
  const context: ActionContext = { ...about, probe, withinMs: 20_000, signal: new AbortController().signal };
  const sight = await action.perform(probe.action ?? { kind: 'registry' }, context);
  if (isUndone(sight)) return sight;
  const { docker, reference, ...result } = sight.action as RegistryResult;
  return { ...result, reference: reference.replace(/^127\.0\.0\.1:\d+/, 'HOST'), saysWhetherDockerIsThere: docker !== '' };
};

it('finds the image that is deployed, and whether it is the one that was tried out', async () => {
  const { index, manifests } = builtImage(tested.build, tested.platforms);
  expect(await resolve(image)).toEqual({
    kind: 'registry',
    reference: `HOST/house/proxy:v1@${index.digest}`,
    platform: 'linux/amd64',
    found: { digest: manifests[0]?.digest, named: index.digest, platform: 'linux/amd64' },
    asTested: true,
    pinned: true,
    saysWhetherDockerIsThere: true,
  });
  const moved = {
    ...image,
    reference: '{registry}/house/proxy:v1',
    registry: { ...image.registry, tags: { v1: { ...tested, build: 'two' } } },
  };
  expect(await resolve(moved)).toMatchObject({ asTested: false, pinned: false });
});

it('says why there is none', async () => {
  expect(await resolve({ ...image, registry: { ...image.registry, tags: {} } })).toMatchObject({
    refused: { why: 'no-such-tag' },
    asTested: false,
  });
});

it('cannot see what a target was deployed from that does not say so', async () => {
  expect(await resolve(undefined)).toEqual({
    reason: 'not-visible-here',
    note: 'what image the target is deployed from cannot be seen from here',
  });
});
