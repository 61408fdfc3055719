import { resolvingImage } from '#scenarios/kit/actions/registry';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, goodImage, isPinned, isTheTestedOne, notSeenFromOutside } from './images.ts';

const movedTag = {
  ...goodImage,
  reference: '{registry}/house/llm-proxy:latest',
  registry: { ...goodImage.registry, tags: { latest: { build: 'v2.0.0', platforms: goodImage.tested.platforms } } },
} as const;

export default defineScenario({
  id: 'container/tag-was-moved',
  title: 'The same tag is another image than last week',
  matrixRow: 4,
  requires: [],
  diagnosis: {
    symptom:
      'Nothing was changed, and after a restart the service behaves otherwise: 400 where 502 was, a provider gone, a key of the configuration without effect.',
    cause: 'The deployment names a tag that moves, as latest does, with pull_policy: always. A new image reads an old configuration.',
    check:
      'Compare docker inspect --format {{.Image}} of the running container with the digest that was tried out; docker images shows the local tag, which may be another.',
    remediation: 'Name version and digest, NAME:v1.4.0@sha256:…, and move both on purpose, with a canary in both modes before and after.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { image: goodImage },
  steps: () => ({ image: resolvingImage() }),
  expectations: [
    must('the-reference-names-the-image-that-was-tried-out', ['image'], ({ image }) => isTheTestedOne(image)),
    must('nobody-can-put-another-image-under-the-reference', ['image'], ({ image }) => isPinned(image)),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { image: movedTag },
    violates: () => ['the-reference-names-the-image-that-was-tried-out', 'nobody-can-put-another-image-under-the-reference'],
  },
  live: { safe: false, because: notSeenFromOutside },
});
