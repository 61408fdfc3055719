import { resolvingImage } from '#scenarios/kit/actions/registry';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, goodImage, isNotRefusedFor, notSeenFromOutside } from './images.ts';

export default defineScenario({
  id: 'container/registry-refuses-the-puller',
  title: 'The registry does not let the puller in',
  matrixRow: 4,
  requires: [],
  diagnosis: {
    symptom: 'The pull ends with “denied” or “unauthorized”, on one machine only or since a day on.',
    cause: 'The repository is private, or its login has lapsed; some registries say the same of a repository that is not there.',
    check:
      'GET /v2/ at the registry tells where tokens come from; a token that is given and not taken means that this account may not pull.',
    remediation: 'Log in on the machine that pulls, with an account that may, or make the repository public.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { image: goodImage },
  steps: () => ({ image: resolvingImage() }),
  expectations: [
    must('the-registry-lets-the-puller-in', ['image'], ({ image }) =>
      isNotRefusedFor(image, 'a registry that lets the puller in', 'access-refused'),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { image: { ...goodImage, registry: { ...goodImage.registry, access: 'refused' } } },
    violates: () => ['the-registry-lets-the-puller-in'],
  },
  live: { safe: false, because: notSeenFromOutside },
});
