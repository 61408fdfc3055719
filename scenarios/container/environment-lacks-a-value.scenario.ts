import { starting } from '#scenarios/kit/actions/process';
import { answer, CLIENT_KEY, defineScenario, must } from '#scenarios/kit/index';

import { answersHealth, cells, listsExactly, modelOfTheFile, refusesStranger } from '../startup/starts.ts';

const key = 'wireproof-key-from-the-environment';
const config = { is: 'usable', over: { 'api-keys': ['${WIREPROOF_CLIENT_KEY}'] } } as const;

export default defineScenario({
  id: 'container/environment-lacks-a-value',
  title: 'The container’s environment lacks what its configuration takes from there',
  matrixRow: 4,
  requires: [],
  diagnosis: {
    symptom: 'The same file works on one machine, and in the container nobody is let in, or everybody is, or the container ends at once.',
    cause:
      'The configuration takes a value from an environment variable that is unset or empty in the container: env and env_file of the compose file differ.',
    check: 'docker logs NAME --tail 200 names the variable. docker compose config shows what the container is given.',
    remediation:
      'Set the variable in the compose file, or write the value into the file, and make the container anew. Then ask with the key.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { launch: { config, env: { WIREPROOF_CLIENT_KEY: key } } },
  steps: () => ({
    start: starting({
      questions: {
        health: { path: '/health' },
        models: { path: '/v1/models', headers: { authorization: `Bearer ${key}` } },
        stranger: { path: '/v1/models', headers: { authorization: `Bearer ${CLIENT_KEY}` } },
      },
    }),
  }),
  expectations: [
    must('the-service-answers', ['start'], ({ start }) => answersHealth(start)),
    must('the-key-of-the-environment-lets-in', ['start'], ({ start }) => listsExactly(start, modelOfTheFile)),
    must('a-key-that-is-not-in-the-environment-does-not', ['start'], ({ start }) => refusesStranger(start)),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { launch: { config } },
    violates: () => ['the-service-answers', 'the-key-of-the-environment-lets-in', 'a-key-that-is-not-in-the-environment-does-not'],
  },
  live: { safe: false, because: 'the environment of a deployment is not seen from its address' },
});
