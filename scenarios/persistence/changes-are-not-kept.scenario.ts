import { allOf, answer, defineScenario, deviates, holds, must, should } from '#scenarios/kit/index';

import {
  asksHealth,
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
  readsDisk,
  readsMemory,
  saidToBeKept,
  saysPersisted,
  startsAnew,
  valueMark,
  warnsOfDisk,
  withFile,
} from './configured.ts';

/** Row 15 as the page has it: the mount is read-only, and the cure is a writable one. */
export default defineScenario({
  id: 'persistence/changes-are-not-kept',
  title: 'What is changed while the proxy runs is gone after the next start',
  matrixRow: 15,
  requires: ['management-api', 'config-on-disk'],
  remembers: true,
  diagnosis: {
    symptom:
      'A change through the management API fails (“failed to save config … read-only file system”), or works and is gone after the next start.',
    cause:
      'The directory of config.yaml is mounted read-only, or its file system is: the change cannot be written, whatever became of the memory.',
    check:
      'Change a value to what it already is, and read persisted in the answer; then compare GET config (memory) with GET config.yaml (disk). That the file exists, as the page’s find shows, says nothing about writing.',
    remediation:
      'Mount the directory of the file writable, start again and see that the log has no warning of it any more; persisted must be true in the answers, in GET config and in /health.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { disk: { state: 'writable' } },
  steps: () => ({
    started: startsAnew(),
    before: looks({ after: ['started'] }),
    value: changesValue({ after: ['before'] }),
    entry: changesEntry({ after: ['value'] }),
    changed: readsMemory({ after: ['entry'] }),
    middle: looks({ after: ['changed'] }),
    whole: changesFile('middle', fileLines, { after: ['middle'] }),
    memory: readsMemory({ after: ['whole'] }),
    disk: readsDisk({ after: ['whole'] }),
    health: asksHealth({ after: ['whole'] }),
    file: looks({ after: ['whole'] }),
    again: startsAnew({ after: ['memory', 'disk', 'health', 'file'] }),
    later: readsMemory({ after: ['again'] }),
  }),
  expectations: [
    // The page's own check. It holds on the read-only mount too, so that nobody takes it for a sign that changes are kept.
    must.behind('the-file-is-there-whatever-can-be-written', ['before'], ({ before }) => withFile(before, () => holds())),
    must.behind('a-value-that-is-changed-is-in-the-file', ['value', 'file'], ({ file }) => inFile(file, valueMark)),
    must.behind('an-entry-that-is-changed-is-in-the-file', ['entry', 'file'], ({ file }) => inFile(file, entryMark)),
    must.behind('a-configuration-that-is-put-is-the-file', ['whole', 'file'], ({ file }) => inFile(file, fileMark)),
    must.behind('the-answers-say-that-changes-are-kept', ['value', 'entry', 'whole'], ({ value, entry, whole }) =>
      allOf(saidToBeKept(value), saidToBeKept(entry), saidToBeKept(whole)),
    ),
    must.behind('changes-are-in-force-at-once', ['changed', 'memory'], ({ changed, memory }) =>
      allOf(inForce(changed, valueMark), inForce(changed, entryMark), inForce(memory, fileMark)),
    ),
    must.behind('the-file-that-is-shown-is-the-one-on-the-disk', ['disk', 'file'], ({ disk, file }) =>
      disk.status === 200
        ? allOf(
            ...[valueMark, entryMark, fileMark].map((mark) => inFile(file, mark, mark.inFile.test(disk.bodyText))),
            withFile(file, () => holds()),
          )
        : deviates({ expected: '200 with the text of the file', actual: disk.status }),
    ),
    must.behind('changes-outlive-a-restart', ['again', 'later'], ({ again, later }) =>
      allOf(cameUp(again), inForce(later, valueMark), inForce(later, entryMark), inForce(later, fileMark)),
    ),
    must.behind('comments-outlive-changes', ['value', 'entry', 'file'], ({ file }) =>
      withFile(file, (text) =>
        text.startsWith('# written by hand') ? holds() : deviates({ expected: 'the comment at its beginning', actual: text.slice(0, 40) }),
      ),
    ),
    should.behind('nothing-is-left-beside-the-file', ['before', 'value', 'entry', 'whole', 'file'], ({ before, file }) =>
      nothingLeftBeside(before, file),
    ),
    should.behind('a-start-finds-nothing-that-cannot-be-written', ['started'], ({ started }) => warnsOfDisk(started, false)),
    should.behind('the-configuration-says-that-it-is-kept', ['memory'], ({ memory }) => saysPersisted(memory, true)),
    should.behind('health-says-that-the-configuration-is-kept', ['health'], ({ health }) => saysPersisted(health, true)),
  ],
  remedy: { config: managed },
  symptom: {
    config: managed,
    ground: { disk: { state: 'read-only-mount' } },
    violates: () => [
      'a-value-that-is-changed-is-in-the-file',
      'an-entry-that-is-changed-is-in-the-file',
      'a-configuration-that-is-put-is-the-file',
      'the-answers-say-that-changes-are-kept',
      'changes-outlive-a-restart',
      'a-start-finds-nothing-that-cannot-be-written',
      'the-configuration-says-that-it-is-kept',
      'health-says-that-the-configuration-is-kept',
    ],
  },
  live: { safe: false, because: 'what shows it changes the configuration of the target, and the key to that is not the caller’s' },
});
