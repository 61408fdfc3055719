import { starting } from '#scenarios/kit/actions/process';
import { allOf, answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, claimsNoSuccess, ends, endsSaying, endsWithAFailure, neverLies } from './starts.ts';

export default defineScenario({
  id: 'startup/configuration-is-not-a-file',
  title: 'Where the configuration should be is nothing, or a directory',
  matrixRow: 'startup',
  requires: [],
  diagnosis: {
    symptom: 'The container runs and no port is open, or it is started again and again; its supervisor counts every end as a success.',
    cause:
      'The path leads to nothing, or to a directory that the container runtime made of a mount without its file. Builds then end with 0, or stand by without a listener when DEPLOY says cloud.',
    check:
      'Look at the path inside of the container, and at the exit code of the last run: docker inspect --format {{.State.ExitCode}} NAME.',
    remediation: 'Put the file where it is mounted from, remove the directory, take DEPLOY away, and start again.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { launch: {} },
  steps: () => ({
    missing: starting({ launch: { config: { is: 'nothing' }, env: { DEPLOY: 'cloud' } } }),
    directory: starting({ launch: { config: { is: 'directory' } } }),
  }),
  expectations: [
    must('it-does-not-stand-by-without-a-configuration', ['missing'], ({ missing }) => ends(missing)),
    must('its-exit-code-tells-of-the-failure', ['missing', 'directory'], ({ missing, directory }) =>
      allOf(endsWithAFailure(missing), endsWithAFailure(directory)),
    ),
    must('its-last-words-name-the-missing-file', ['missing'], ({ missing }) =>
      endsSaying(missing, /\{folder\}\/config\.yaml/, /no such file|not found|does not exist/i),
    ),
    must('its-last-words-call-the-directory-one', ['directory'], ({ directory }) =>
      endsSaying(directory, /\{folder\}\/config\.yaml/, /directory/i),
    ),
    must('it-says-what-to-do-about-the-directory', ['directory'], ({ directory }) => endsSaying(directory, /mount/i)),
    must('it-claims-no-success', ['missing', 'directory'], ({ missing, directory }) =>
      allOf(claimsNoSuccess(missing), claimsNoSuccess(directory)),
    ),
  ],
  remedy: { config: {} },
  symptom: { violates: () => [], none: neverLies },
  live: { safe: false, because: 'the exit code and the log of a deployment are not seen from its address' },
});
