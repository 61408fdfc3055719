import { starting } from '#scenarios/kit/actions/process';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import {
  answersHealth,
  cells,
  endsWhenTold,
  firstQuestions,
  leavesNothing,
  listsExactly,
  meansItsSuccess,
  modelOfTheFile,
} from './starts.ts';

export default defineScenario({
  id: 'startup/service-does-not-start',
  title: 'Nobody answers, because the proxy ended at once',
  matrixRow: 'startup',
  requires: [],
  diagnosis: {
    symptom: 'Every request of every client ends in a refused connection, or somebody else answers at the proxy’s address.',
    cause:
      'The proxy could not have its port, or refused its configuration. Its last words say which; whoever reads only the first ones misses them.',
    check:
      'Read the end of its log. See who listens: lsof -iTCP:8317 -sTCP:LISTEN. Check the file with wireproof proxy --check --config FILE. Then GET /health.',
    remediation:
      'End what holds the port, or give the proxy another one; mend the file that it names. Start it again, and ask for /health and the models.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { launch: {} },
  steps: () => ({ start: starting({ questions: firstQuestions }) }),
  expectations: [
    must('the-service-answers', ['start'], ({ start }) => answersHealth(start)),
    must('the-models-of-the-file-are-listed', ['start'], ({ start }) => listsExactly(start, modelOfTheFile)),
    must('success-is-only-said-when-its-own-port-answers', ['start'], ({ start }) => meansItsSuccess(start)),
    must('it-ends-in-good-order-when-it-is-told-to', ['start'], ({ start }) => endsWhenTold(start)),
    must('nothing-is-left-when-it-has-ended', ['start'], ({ start }) => leavesNothing(start)),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { launch: { port: 'taken' } },
    violates: () => ['the-service-answers', 'the-models-of-the-file-are-listed', 'it-ends-in-good-order-when-it-is-told-to'],
  },
  live: {
    safe: false,
    because: 'how a deployment is started is not seen from its address; the tool tells a refused connection as unreachable',
  },
});
