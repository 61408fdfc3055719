import { startIn, starting } from '#scenarios/kit/actions/process';
import { allOf, answer, defineScenario, must, type CallerSight } from '#scenarios/kit/index';

import { cells, claimsNoSuccess, endsSaying, endsWithAFailure, leavesNothing, neverLies } from './starts.ts';

/** Of the addresses that are for documents only (RFC 5737): no machine has it. */
const otherMachine = '192.0.2.1';

const portOf = (sight: CallerSight): RegExp => new RegExp(`:${startIn(sight)?.takenPort}\\b`);

export default defineScenario({
  id: 'startup/address-cannot-be-had',
  title: 'The log says that the proxy runs, and its port is somebody else’s',
  matrixRow: 'startup',
  requires: [],
  diagnosis: {
    symptom: 'The first lines of the log tell of a success, then the process ends with 0, and is started again.',
    cause:
      'The line of success is printed after a pause, whatever became of the bind. The port is taken, or host is an address that this machine does not have, as that of the host inside of a container.',
    check:
      'Read the last line, not the first. lsof -iTCP:PORT -sTCP:LISTEN names who has it; in a container an empty answer says nothing about the host.',
    remediation: 'Set a free port, and a host that the machine has; inside of a container that is "" or 0.0.0.0.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { launch: {} },
  steps: () => ({
    taken: starting({ launch: { port: 'taken' } }),
    elsewhere: starting({ launch: { config: { is: 'usable', over: { host: otherMachine } } } }),
  }),
  expectations: [
    must('success-is-said-only-after-the-bind', ['taken', 'elsewhere'], ({ taken, elsewhere }) =>
      allOf(claimsNoSuccess(taken), claimsNoSuccess(elsewhere)),
    ),
    must('its-exit-code-tells-of-the-failure', ['taken', 'elsewhere'], ({ taken, elsewhere }) =>
      allOf(endsWithAFailure(taken), endsWithAFailure(elsewhere)),
    ),
    must('the-taken-port-is-named', ['taken'], ({ taken }) => endsSaying(taken, portOf(taken), /in use|uses|taken/i)),
    must('the-address-that-the-machine-lacks-is-named', ['elsewhere'], ({ elsewhere }) =>
      endsSaying(elsewhere, /192\.0\.2\.1/, /not have|not available|cannot assign/i),
    ),
    must('nothing-is-left-of-it', ['taken', 'elsewhere'], ({ taken, elsewhere }) => allOf(leavesNothing(taken), leavesNothing(elsewhere))),
  ],
  remedy: { config: {} },
  symptom: { violates: () => [], none: neverLies },
  live: { safe: false, because: 'who has the ports of a deployment is not seen from its address' },
});
