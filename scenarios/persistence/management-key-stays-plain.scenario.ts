import { allOf, answer, defineScenario, deviates, holds, must, should, type CallerSight, type Reading } from '#scenarios/kit/index';

import { showsConfiguration } from '../management/operators.ts';
import { cameUp, cells, looks, managementKey, readsMemory, startsAnew, withFile } from './configured.ts';

const hash = /secret-key: ["']?\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}/;

const holdsNoPlainKey = (file: CallerSight): Reading =>
  withFile(file, (text) =>
    text.includes(managementKey) ? deviates({ expected: 'the hash of the management key', actual: 'the key itself' }) : holds(),
  );

const holdsHash = (file: CallerSight): Reading =>
  withFile(file, (text) => (hash.test(text) ? holds() : deviates({ expected: 'a bcrypt hash as secret-key', actual: 'none' })));

/** The third way in which a configuration is written: by the start itself (sheet row 15 b, e6). */
export default defineScenario({
  id: 'persistence/management-key-stays-plain',
  title: 'The management key stands in the file in plain text although starts replace it by a hash',
  matrixRow: 15,
  requires: ['management-api', 'config-on-disk'],
  remembers: true,
  diagnosis: {
    symptom:
      'secret-key in config.yaml is readable after a start that was to replace it by its hash. Nothing is said about it, and all else works.',
    cause:
      'The file is mounted read-only, and a start that cannot write the hash goes on without a word: every start makes a new one, in memory.',
    check: 'Look whether secret-key in the file begins with $2 after a start; then whether the log of the start says why not.',
    remediation: 'Start once with the file writable, or put a bcrypt hash of the key there yourself.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { disk: { state: 'writable' } },
  steps: () => ({
    file: looks({ after: [] }),
    config: readsMemory({ after: ['file'] }),
    again: startsAnew({ after: ['config'] }),
    later: looks({ after: ['again'] }),
    configAgain: readsMemory({ after: ['again'] }),
  }),
  expectations: [
    must.behind('the-file-holds-no-plain-management-key', ['file'], ({ file }) => holdsNoPlainKey(file)),
    must.behind('the-file-holds-a-hash-that-stays', ['file', 'again', 'later'], ({ file, again, later }) =>
      allOf(
        cameUp(again),
        holdsHash(file),
        holdsHash(later),
        withFile(file, (first) =>
          withFile(later, (second) => (first === second ? holds() : deviates({ expected: first, actual: second }))),
        ),
      ),
    ),
    must.behind('the-key-opens-as-before', ['config', 'configAgain'], ({ config, configAgain }) =>
      allOf(showsConfiguration(config), showsConfiguration(configAgain)),
    ),
    should.behind('comments-outlive-the-hash', ['file'], ({ file }) =>
      withFile(file, (text) =>
        text.startsWith('# written by hand') ? holds() : deviates({ expected: 'the comment at its beginning', actual: text.slice(0, 40) }),
      ),
    ),
  ],
  remedy: { config: { persona: 'documented', 'remote-management': { 'secret-key': managementKey, 'hash-secret-key': true } } },
  symptom: {
    config: { persona: 'cliproxyapi-2026-02', 'remote-management': { 'secret-key': managementKey } },
    ground: { disk: { state: 'read-only-mount' } },
    violates: () => ['the-file-holds-no-plain-management-key', 'the-file-holds-a-hash-that-stays'],
  },
  live: { safe: false, because: 'only the file of the target shows it' },
});
