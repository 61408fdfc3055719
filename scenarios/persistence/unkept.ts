import type { DiskState } from '#scenarios/kit/grounds/disk';
import { allOf, answer, deviates, holds, must, should } from '#scenarios/kit/index';

import {
  agrees,
  asksHealth,
  cameUp,
  cells,
  changesEntry,
  changesFile,
  changesValue,
  entryMark,
  fileLines,
  fileMark,
  inForce,
  looks,
  managed,
  namesTheCause,
  readsMemory,
  saysPersisted,
  startsAnew,
  valueMark,
  warnsOfDisk,
  withFile,
} from './configured.ts';

/** What a proxy that cannot write its file owes to whoever changes something: the same on every disk that does not take the change. */
export const onDiskThatRefuses = (state: DiskState) =>
  ({
    matrixRow: 15,
    requires: ['management-api', 'config-on-disk'],
    remembers: true,
    cells,
    upstream: () => answer('text'),
    ground: { disk: { state } },
    steps: () => ({
      started: startsAnew(),
      before: looks({ after: ['started'] }),
      value: changesValue({ after: ['before'] }),
      entry: changesEntry({ after: ['value'] }),
      memory: readsMemory({ after: ['entry'] }),
      health: asksHealth({ after: ['entry'] }),
      file: looks({ after: ['entry'] }),
      whole: changesFile('before', fileLines, { after: ['before', 'memory', 'health', 'file'] }),
      memoryAfter: readsMemory({ after: ['whole'] }),
      fileAfter: looks({ after: ['whole'] }),
      again: startsAnew({ after: ['memoryAfter', 'fileAfter'] }),
      later: readsMemory({ after: ['again'] }),
    }),
    expectations: [
      must.behind('a-value-is-changed-as-the-answer-says', ['value', 'memory', 'file'], ({ value, memory, file }) =>
        agrees(value, memory, file, valueMark),
      ),
      must.behind('an-entry-is-changed-as-the-answer-says', ['entry', 'memory', 'file'], ({ entry, memory, file }) =>
        agrees(entry, memory, file, entryMark),
      ),
      must.behind('a-configuration-is-put-as-the-answer-says', ['whole', 'memoryAfter', 'fileAfter'], ({ whole, memoryAfter, fileAfter }) =>
        agrees(whole, memoryAfter, fileAfter, fileMark),
      ),
      must.behind('the-answers-name-what-is-wrong-with-the-disk', ['value', 'entry', 'whole'], ({ value, entry, whole }) =>
        allOf(namesTheCause(value), namesTheCause(entry), namesTheCause(whole)),
      ),
      must.behind(
        'the-file-keeps-its-old-text-to-the-last-byte',
        ['before', 'value', 'entry', 'whole', 'file', 'fileAfter'],
        ({ before, file, fileAfter }) =>
          withFile(before, (old) =>
            allOf(
              ...[file, fileAfter].map((sight) =>
                withFile(sight, (text) =>
                  text === old
                    ? holds()
                    : deviates({ expected: `the ${old.length} characters of before`, actual: `${text.length} others` }),
                ),
              ),
            ),
          ),
      ),
      must.behind('what-is-not-kept-is-gone-after-a-restart', ['again', 'later'], ({ again, later }) =>
        allOf(cameUp(again), ...[valueMark, entryMark, fileMark].map((mark) => inForce(later, mark, false))),
      ),
      must.behind('the-start-warns-of-the-disk', ['started', 'again'], ({ started, again }) =>
        allOf(warnsOfDisk(started), warnsOfDisk(again)),
      ),
      should.behind('the-configuration-says-that-it-is-not-kept', ['value', 'memory'], ({ memory }) => saysPersisted(memory, false)),
      should.behind('health-says-that-the-configuration-is-not-kept', ['value', 'health'], ({ health }) => saysPersisted(health, false)),
    ],
    remedy: { config: { persona: 'documented', ...managed } },
    symptom: {
      config: { persona: 'cliproxyapi-2026-02', ...managed },
      violates: () => [
        'a-value-is-changed-as-the-answer-says',
        'an-entry-is-changed-as-the-answer-says',
        'health-says-that-the-configuration-is-not-kept',
      ],
    },
    live: { safe: false, because: 'what shows it changes the configuration of the target, and the key to that is not the caller’s' },
  }) as const;
