import { allOf, answer, defineScenario, deviates, holds, must, should, type CallerSight, type Reading } from '#scenarios/kit/index';

import { showsConfiguration } from '../management/operators.ts';
import {
  agrees,
  cameUp,
  cells,
  changesEntry,
  changesFile,
  changesValue,
  entryMark,
  inForce,
  looks,
  managed,
  namesTheCause,
  nothingLeftBeside,
  readsMemory,
  startsAnew,
  valueMark,
  withFile,
  type Mark,
} from './configured.ts';

/** A page more than the disk has. */
const manyModels = 120;
const lastLine = 'max-retry-interval: 9\n';
const longComment = `# ${'a comment that takes room '.repeat(800)}\n${lastLine}`;
const commentMark: Mark = {
  inForce: (config) => config['max-retry-interval'] === 9,
  inFile: /^max-retry-interval: 9$/m,
};

const endOf = (text: string): string => text.slice(-60);

/** The text of before, or a new one that is there to its end. */
const whole = (before: CallerSight, after: CallerSight, mark: Mark, end?: string): Reading =>
  withFile(before, (old) =>
    withFile(after, (text) =>
      text === old || (mark.inFile.test(text) && text.endsWith(end ?? endOf(old)))
        ? holds()
        : deviates({
            expected: `the old ${old.length} characters, or all of the new text`,
            actual: `${text.length} characters that end with ${JSON.stringify(endOf(text))}`,
          }),
    ),
  );

export default defineScenario({
  id: 'persistence/disk-is-full',
  title: 'A change while the disk is full leaves half a configuration behind',
  matrixRow: 15,
  requires: ['management-api', 'config-on-disk'],
  remembers: true,
  diagnosis: {
    symptom:
      'A change is answered 500 “no space left on device”. Nobody notices more of it until the next start, which fails: config.yaml is empty or ends in the middle.',
    cause:
      'The file is emptied before it is filled again, and there is no room for all of the new text. The old text is gone by then, and an empty file is not read again while the proxy runs.',
    check: 'df on the directory of config.yaml; then compare the end of the file with the end of GET config.',
    remediation:
      'Make room, and put the configuration that is in force into the file once more (PUT config.yaml) before the proxy is started again. Write beside the file and rename, or restore the old text when the new one does not fit.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { disk: { state: 'full' } },
  steps: () => ({
    before: looks({ after: [] }),
    value: changesValue({ after: ['before'] }),
    afterValue: looks({ after: ['value'] }),
    memory: readsMemory({ after: ['value'] }),
    put: changesFile('before', longComment, { after: ['before', 'memory', 'afterValue'] }),
    afterPut: looks({ after: ['put'] }),
    memoryAfter: readsMemory({ after: ['put'] }),
    // Last: where half a file is left, the proxy may read it at any moment, and is another one from then on.
    entry: changesEntry({ after: ['afterPut', 'memoryAfter'] }, manyModels),
    afterEntry: looks({ after: ['entry'] }),
    again: startsAnew({ after: ['afterEntry'] }),
    later: readsMemory({ after: ['again'] }),
  }),
  expectations: [
    must.behind('the-file-is-whole-after-a-value', ['before', 'value', 'afterValue'], ({ before, afterValue }) =>
      whole(before, afterValue, valueMark),
    ),
    must.behind('the-file-is-whole-after-an-entry', ['before', 'entry', 'afterEntry'], ({ before, afterEntry }) =>
      whole(before, afterEntry, entryMark),
    ),
    must.behind('the-file-is-whole-after-a-configuration', ['before', 'put', 'afterPut'], ({ before, afterPut }) =>
      whole(before, afterPut, commentMark, lastLine),
    ),
    must.behind('a-value-is-changed-as-the-answer-says', ['value', 'memory', 'afterValue'], ({ value, memory, afterValue }) =>
      agrees(value, memory, afterValue, valueMark),
    ),
    must.behind('a-configuration-is-put-as-the-answer-says', ['put', 'memoryAfter', 'afterPut'], ({ put, memoryAfter, afterPut }) =>
      agrees(put, memoryAfter, afterPut, commentMark),
    ),
    must.behind('the-answers-name-the-full-disk', ['value', 'entry', 'put'], ({ value, entry, put }) =>
      allOf(namesTheCause(value), namesTheCause(entry), namesTheCause(put)),
    ),
    must.behind('the-proxy-starts-again-with-what-it-had', ['again', 'later'], ({ again, later }) =>
      allOf(cameUp(again), showsConfiguration(later), inForce(later, entryMark, false)),
    ),
    should.behind('nothing-is-left-beside-the-file', ['before', 'value', 'put', 'entry', 'afterEntry'], ({ before, afterEntry }) =>
      nothingLeftBeside(before, afterEntry),
    ),
  ],
  remedy: { config: { persona: 'documented', ...managed } },
  symptom: {
    config: { persona: 'cliproxyapi-2026-02', ...managed },
    violates: () => [
      'the-file-is-whole-after-a-value',
      'the-file-is-whole-after-an-entry',
      'a-value-is-changed-as-the-answer-says',
      'the-proxy-starts-again-with-what-it-had',
    ],
  },
  live: { safe: false, because: 'what shows it fills the disk of the target and writes on it' },
});
