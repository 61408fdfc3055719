import { allOf, answer, defineScenario, must, should } from '#scenarios/kit/index';

import {
  cameUp,
  cells,
  changesEntry,
  changesFile,
  changesValue,
  entryMark,
  fileLines,
  fileMark,
  inFile,
  inForce,
  looks,
  managed,
  nothingLeftBeside,
  readsMemory,
  saidToBeKept,
  startsAnew,
  valueMark,
  warnsOfDisk,
} from './configured.ts';

export default defineScenario({
  id: 'persistence/directory-is-read-only',
  title: 'Single values can be changed, a whole configuration cannot, and the file is writable',
  matrixRow: 15,
  requires: ['management-api', 'config-on-disk'],
  remembers: true,
  diagnosis: {
    symptom: 'PUT config.yaml is 500 “write_failed … config-validate-….yaml: read-only file system”, while PUT of a single value is kept.',
    cause:
      'config.yaml is mounted writable into a directory that is not: a proxy that tries the new configuration out in a file beside it, or renames one over it, cannot.',
    check:
      'PUT config.yaml with the text that GET config.yaml shows: nothing would change, and the answer names the path that cannot be written.',
    remediation: 'Write in place where nothing can be made beside the file; or mount the directory writable, not the file alone.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { disk: { state: 'read-only-directory' } },
  steps: () => ({
    started: startsAnew(),
    before: looks({ after: ['started'] }),
    value: changesValue({ after: ['before'] }),
    entry: changesEntry({ after: ['value'] }),
    middle: looks({ after: ['entry'] }),
    whole: changesFile('middle', fileLines, { after: ['middle'] }),
    file: looks({ after: ['whole'] }),
    again: startsAnew({ after: ['file'] }),
    later: readsMemory({ after: ['again'] }),
  }),
  expectations: [
    must.behind('a-value-is-written-in-place', ['value', 'file'], ({ value, file }) => allOf(saidToBeKept(value), inFile(file, valueMark))),
    must.behind('an-entry-is-written-in-place', ['entry', 'file'], ({ entry, file }) =>
      allOf(saidToBeKept(entry), inFile(file, entryMark)),
    ),
    must.behind('a-configuration-is-written-in-place', ['whole', 'file'], ({ whole, file }) =>
      allOf(saidToBeKept(whole), inFile(file, fileMark)),
    ),
    must.behind('what-is-written-in-place-outlives-a-restart', ['again', 'later'], ({ again, later }) =>
      allOf(cameUp(again), inForce(later, valueMark), inForce(later, entryMark)),
    ),
    should.behind('the-start-warns-of-the-directory', ['started'], ({ started }) => warnsOfDisk(started)),
    should.behind('nothing-is-left-beside-the-file', ['before', 'value', 'whole', 'file'], ({ before, file }) =>
      nothingLeftBeside(before, file),
    ),
  ],
  remedy: { config: { persona: 'documented', ...managed } },
  symptom: {
    config: { persona: 'cliproxyapi-2026-02', ...managed },
    violates: () => ['a-configuration-is-written-in-place'],
  },
  live: { safe: false, because: 'what shows it changes the configuration of the target, and the key to that is not the caller’s' },
});
