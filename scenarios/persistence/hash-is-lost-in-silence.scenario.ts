import { allOf, answer, cannotTell, defineScenario, deviates, holds, must, type FullSight, type Reading } from '#scenarios/kit/index';

import { showsConfiguration } from '../management/operators.ts';
import { cameUp, cells, looks, managementKey, readsMemory, startsAnew, withFile } from './configured.ts';

const toldWhy = ({ logs }: FullSight): Reading => {
  if (logs === undefined) return cannotTell('no-log');
  const warnings = logs.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message);
  return warnings.some(
    (message) => /management key/i.test(message) && /plain/i.test(message) && /read-only|permission|not permit/i.test(message),
  )
    ? holds()
    : deviates({ expected: 'a warning that the management key stays in plain text, and why', actual: warnings });
};

/** Row 15, edge 6: the start itself writes, and says nothing when it cannot. */
export default defineScenario({
  id: 'persistence/hash-is-lost-in-silence',
  title: 'A start that cannot replace the management key by its hash says nothing about it',
  matrixRow: 15,
  requires: ['management-api', 'config-on-disk'],
  remembers: true,
  diagnosis: {
    symptom: 'Operators believe that the key is stored as a hash. The file has it in plain text after every start, and no log says so.',
    cause: 'A failure to write the hash is ignored, because the proxy can go on without.',
    check: 'Start on the mount as it is, and look for a line about the management key in the log.',
    remediation:
      'Warn at each start on which the key stays in plain text, with the reason; or store the hash by hand before the file is mounted read-only.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { disk: { state: 'read-only-mount' } },
  steps: () => ({
    before: looks({ after: [] }),
    started: startsAnew({ after: ['before'] }),
    file: looks({ after: ['started'] }),
    config: readsMemory({ after: ['started'] }),
  }),
  expectations: [
    must.behind('a-key-that-stays-plain-is-warned-of', ['started', 'file'], ({ started, file }) =>
      withFile(file, (text) => (text.includes(managementKey) ? allOf(cameUp(started), toldWhy(started)) : holds())),
    ),
    must.behind('the-file-keeps-its-text', ['before', 'started', 'file'], ({ before, file }) =>
      withFile(before, (old) =>
        withFile(file, (text) =>
          text === old ? holds() : deviates({ expected: 'the text of before', actual: `${text.length} characters` }),
        ),
      ),
    ),
    must.behind('the-key-opens-all-the-same', ['config'], ({ config }) => showsConfiguration(config)),
  ],
  remedy: { config: { persona: 'documented', 'remote-management': { 'secret-key': managementKey, 'hash-secret-key': true } } },
  symptom: {
    config: { persona: 'cliproxyapi-2026-02', 'remote-management': { 'secret-key': managementKey } },
    violates: () => ['a-key-that-stays-plain-is-warned-of'],
  },
  live: { safe: false, because: 'only the file and the log of the target show it' },
});
