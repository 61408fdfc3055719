import { resolvingImage } from '#scenarios/kit/actions/registry';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, goodImage, isNotRefusedFor, notSeenFromOutside } from './images.ts';

export default defineScenario({
  id: 'container/tag-is-absent',
  title: 'The image’s tag is not in the registry',
  matrixRow: 4,
  requires: [],
  diagnosis: {
    symptom: 'docker compose up ends with “manifest unknown” or “not found”, and no container is made.',
    cause: 'The tag was never published, was deleted, or is misspelt: v1.5 for v1.5.0, or a version without its v.',
    check: 'docker manifest inspect IMAGE, or GET /v2/NAME/tags/list at the registry; docker images only tells what was pulled before.',
    remediation: 'Name a tag that is there, best with its digest, and pull again.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { image: goodImage },
  steps: () => ({ image: resolvingImage() }),
  expectations: [
    must('the-named-tag-is-in-the-registry', ['image'], ({ image }) =>
      isNotRefusedFor(image, 'a tag that is there', 'no-such-tag', 'no-such-repository'),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { image: { ...goodImage, reference: '{registry}/house/llm-proxy:v1.5' } },
    violates: () => ['the-named-tag-is-in-the-registry'],
  },
  live: { safe: false, because: notSeenFromOutside },
});
