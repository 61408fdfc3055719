import { resolvingImage } from '#scenarios/kit/actions/registry';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, goodImage, isNotRefusedFor, notSeenFromOutside } from './images.ts';

export default defineScenario({
  id: 'container/reference-is-malformed',
  title: 'The image’s name is none',
  matrixRow: 4,
  requires: [],
  diagnosis: {
    symptom: 'docker compose refuses its file: “invalid reference format: repository name must be lowercase”.',
    cause: 'The name was copied from a page of the repository, with its capitals; or the version has a sign that no tag may have.',
    check: 'Look for capitals before the last colon, and for anything but letters, digits, dots, dashes and underscores after it.',
    remediation: 'Write the name in lower case, as the registry has it.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { image: goodImage },
  steps: () => ({ image: resolvingImage() }),
  expectations: [
    must('the-reference-can-be-read', ['image'], ({ image }) =>
      isNotRefusedFor(image, 'a reference that can be read', 'invalid-reference'),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { image: { ...goodImage, reference: '{registry}/House/LLM-Proxy:v1.4.0' } },
    violates: () => ['the-reference-can-be-read'],
  },
  live: { safe: false, because: notSeenFromOutside },
});
