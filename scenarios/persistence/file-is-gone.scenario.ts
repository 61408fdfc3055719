import { fileIn, makesDirectory, removes } from '#scenarios/kit/actions/file';
import { restartIn } from '#scenarios/kit/actions/restart';
import {
  allOf,
  answer,
  cannotTell,
  defineScenario,
  deviates,
  holds,
  must,
  should,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { showsConfiguration } from '../management/operators.ts';
import {
  cells,
  changesEntry,
  changesValue,
  configFile,
  does,
  entryMark,
  inFile,
  inForce,
  looks,
  managed,
  namesTheCause,
  readsMemory,
  saidToBeKept,
  saidToBeUnkept,
  saysPersisted,
  startsAnew,
  valueMark,
} from './configured.ts';

const isDirectory = (sight: CallerSight): Reading => {
  const file = fileIn(sight);
  if (file === undefined) return cannotTell('prerequisite-failed', 'nobody looked at it');
  return file.is === 'directory' ? holds() : deviates({ expected: 'the directory that lies there', actual: file.is });
};

/** A start that does not come up says which file it is about, and what is there in its place. */
const refusesTheDirectory = (sight: CallerSight): Reading => {
  const restart = restartIn(sight);
  if (restart === undefined) return cannotTell('prerequisite-failed', 'nobody started it again');
  if (restart.started) return deviates({ expected: 'a start that is refused', actual: 'a proxy without a configuration' });
  return /config\.yaml/.test(restart.because ?? '') && /directory/i.test(restart.because ?? '')
    ? holds()
    : deviates({ expected: 'config.yaml, and that it is a directory', actual: restart.because });
};

export default defineScenario({
  id: 'persistence/file-is-gone',
  title: 'The file was taken away under the running proxy, and a directory lies in its place',
  matrixRow: 15,
  requires: ['management-api', 'config-on-disk'],
  remembers: true,
  diagnosis: {
    symptom: 'Changes fail with “is a directory”, and the next start does not come up; while the proxy runs it answers as before.',
    cause:
      'The host has no file to mount: it was deleted or never there, and the container engine makes a directory of that name. What runs has its configuration in memory.',
    check: 'ls -ld config.yaml on the host: a d at the beginning. The page’s find prints the name for a directory, too.',
    remediation: 'Put a file in the directory’s place before the next start; what is in force can be had from GET config until then.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { disk: { state: 'writable' } },
  steps: () => ({
    removed: does(removes(configFile)),
    untouched: readsMemory({ after: ['removed'] }),
    value: changesValue({ after: ['untouched'] }),
    anew: looks({ after: ['value'] }),
    directory: does(makesDirectory(configFile), { after: ['anew'] }),
    entry: changesEntry({ after: ['directory'] }),
    memory: readsMemory({ after: ['entry'] }),
    still: looks({ after: ['memory'] }),
    cleared: does(removes(configFile), { after: ['still'] }),
    healed: changesValue({ after: ['cleared'] }),
    healedFile: looks({ after: ['healed'] }),
    directoryAgain: does(makesDirectory(configFile), { after: ['healedFile'] }),
    again: startsAnew({ after: ['directoryAgain'] }),
  }),
  expectations: [
    must.behind('a-file-that-is-gone-changes-nothing', ['removed', 'untouched'], ({ untouched }) =>
      allOf(showsConfiguration(untouched), inForce(untouched, valueMark, false)),
    ),
    must.behind('a-change-writes-the-file-anew', ['value', 'anew'], ({ value, anew }) =>
      allOf(saidToBeKept(value), inFile(anew, valueMark)),
    ),
    must.behind('a-change-that-meets-a-directory-is-told-as-not-kept', ['directory', 'entry', 'memory'], ({ entry, memory }) =>
      allOf(saidToBeUnkept(entry), inForce(memory, entryMark), inForce(memory, valueMark)),
    ),
    must.behind('the-answer-names-the-directory', ['directory', 'entry'], ({ entry }) => namesTheCause(entry)),
    must.behind('the-directory-is-left-alone', ['directory', 'entry', 'still'], ({ still }) => isDirectory(still)),
    must.behind('once-it-can-be-written-all-that-is-in-force-is-kept', ['entry', 'healed', 'healedFile'], ({ healed, healedFile }) =>
      allOf(saidToBeKept(healed), inFile(healedFile, valueMark), inFile(healedFile, entryMark)),
    ),
    must.behind('a-start-says-that-it-is-a-directory', ['directoryAgain', 'again'], ({ again }) => refusesTheDirectory(again)),
    should.behind('the-configuration-says-that-it-is-not-kept', ['entry', 'memory'], ({ memory }) => saysPersisted(memory, false)),
  ],
  remedy: { config: { persona: 'documented', ...managed } },
  symptom: {
    config: { persona: 'cliproxyapi-2026-02', ...managed },
    violates: () => ['a-change-that-meets-a-directory-is-told-as-not-kept'],
  },
  live: { safe: false, because: 'what shows it takes the file of the target away' },
});
