import { resolvingImage } from '#scenarios/kit/actions/registry';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, goodImage, isNotRefusedFor, notSeenFromOutside } from './images.ts';

export default defineScenario({
  id: 'container/image-is-for-another-platform',
  title: 'The image was built for another processor',
  matrixRow: 4,
  requires: [],
  diagnosis: {
    symptom: 'The pull ends with “no matching manifest”, or the container ends at once with “exec format error”.',
    cause: 'The tag has images for other platforms than the machine’s: built on an arm64 laptop, run on an amd64 server.',
    check: 'docker manifest inspect IMAGE lists the platforms; docker version tells the one of the machine.',
    remediation: 'Take a tag that has the platform, or build for it as well: docker buildx build --platform linux/amd64,linux/arm64.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { image: goodImage },
  steps: () => ({ image: resolvingImage() }),
  expectations: [
    must('there-is-an-image-for-the-platform', ['image'], ({ image }) =>
      isNotRefusedFor(image, 'an image for the platform', 'no-such-platform'),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { image: { ...goodImage, platform: 'linux/riscv64' } },
    violates: () => ['there-is-an-image-for-the-platform'],
  },
  live: { safe: false, because: notSeenFromOutside },
});
