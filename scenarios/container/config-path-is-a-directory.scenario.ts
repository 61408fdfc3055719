import { starting } from '#scenarios/kit/actions/process';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import { answersHealth, cells, firstQuestions, listsExactly, logsAtStart, modelOfTheFile } from '../startup/starts.ts';

export default defineScenario({
  id: 'container/config-path-is-a-directory',
  title: 'The container comes up without its configuration',
  matrixRow: 4,
  requires: [],
  diagnosis: {
    symptom: 'docker compose up tells of a started container, and /health is refused; the container is restarted for ever.',
    cause: 'config.yaml was not there when the container was made, and the container runtime made a directory of the mount.',
    check: 'docker logs NAME --tail 200: the last lines name the path and say that it is a directory. On the host: ls -ld config.yaml.',
    remediation: 'Remove the directory, put the file there, make the container anew. The log then names the file that was read.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { launch: {} },
  steps: () => ({ start: starting({ questions: firstQuestions }) }),
  expectations: [
    must('the-service-answers', ['start'], ({ start }) => answersHealth(start)),
    must('the-models-of-the-file-are-listed', ['start'], ({ start }) => listsExactly(start, modelOfTheFile)),
    must('the-log-names-the-file-that-was-read', ['start'], ({ start }) => logsAtStart(start, ({ config }) => config.path)),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { launch: { config: { is: 'directory' } } },
    violates: () => ['the-service-answers', 'the-models-of-the-file-are-listed', 'the-log-names-the-file-that-was-read'],
  },
  live: { safe: false, because: 'the mounts of a deployment are not seen from its address' },
});
