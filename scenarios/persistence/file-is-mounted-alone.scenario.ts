import { addsByReplacing, addsInPlace, fileIn, looksAt } from '#scenarios/kit/actions/file';
import { allOf, answer, cannotTell, defineScenario, deviates, holds, must, type CallerSight, type Reading } from '#scenarios/kit/index';

import {
  cells,
  changesValue,
  configFile,
  does,
  inFile,
  inForce,
  looks,
  managed,
  readsMemory,
  reloads,
  saidToBeKept,
  valueMark,
  type Mark,
} from './configured.ts';

const inPlaceMark: Mark = { inForce: (config) => config['max-retry-interval'] === 9, inFile: /^max-retry-interval: 9$/m };
const replacedMark: Mark = { inForce: (config) => config['max-retry-credentials'] === 4, inFile: /^max-retry-credentials: 4$/m };

/** Both sides of the mount have the same text. */
const sameText = (operators: CallerSight, targets: CallerSight): Reading => {
  const [theirs, its] = [fileIn(operators)?.text, fileIn(targets)?.text];
  if (theirs === undefined || its === undefined) return cannotTell('prerequisite-failed', 'one side has no file to compare');
  return theirs === its
    ? holds()
    : deviates({
        expected: 'the same text on both sides of the mount',
        actual: 'an older text before the proxy',
        evidence: its.slice(-80),
      });
};

export default defineScenario({
  id: 'persistence/file-is-mounted-alone',
  title: 'The file is edited on the host, and the proxy goes on with the old text',
  matrixRow: 15,
  requires: ['management-api', 'config-on-disk'],
  remembers: true,
  diagnosis: {
    symptom:
      'An edit of config.yaml on the host does nothing, not even after a reload; inside of the container the old text is to be seen.',
    cause:
      'The file is mounted by itself. The mount holds on to the file that was there at the start, and the editor has put another one in its place: write to a new file, rename.',
    check:
      'Compare the file on the host with the one in the container (ls -i, sha256sum), or with GET config.yaml, which shows what the proxy has before it.',
    remediation:
      'Mount the directory in place of the file; until then edit in place, or through the management API, or restart after an edit.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { disk: { state: 'writable' } },
  steps: () => ({
    value: changesValue({ after: [] }),
    written: does(looksAt(configFile, 'operator'), { after: ['value'] }),
    inPlace: does(addsInPlace(configFile, 'max-retry-interval: 9\n'), { after: ['written'] }),
    reload: reloads({ after: ['inPlace'] }),
    memory: readsMemory({ after: ['reload'] }),
    replaced: does(addsByReplacing(configFile, 'max-retry-credentials: 4\n'), { after: ['memory'] }),
    seen: looks({ after: ['replaced'] }),
    reloadAgain: reloads({ after: ['seen'] }),
    memoryAgain: readsMemory({ after: ['reloadAgain'] }),
  }),
  expectations: [
    must.behind('what-the-proxy-writes-is-in-the-operators-file', ['value', 'written'], ({ value, written }) =>
      allOf(saidToBeKept(value), inFile(written, valueMark)),
    ),
    must.behind('an-edit-in-place-is-taken-in', ['reload', 'memory'], ({ memory }) =>
      allOf(inForce(memory, inPlaceMark), inForce(memory, valueMark)),
    ),
    must.behind('an-edit-by-replacement-is-before-the-proxy', ['replaced', 'seen'], ({ replaced, seen }) => sameText(replaced, seen)),
    must.behind('an-edit-by-replacement-is-taken-in', ['reloadAgain', 'memoryAgain'], ({ memoryAgain }) =>
      allOf(inForce(memoryAgain, inPlaceMark), inForce(memoryAgain, replacedMark)),
    ),
  ],
  remedy: { config: managed },
  symptom: {
    config: managed,
    ground: { disk: { state: 'single-file-mount' } },
    violates: () => ['an-edit-by-replacement-is-before-the-proxy', 'an-edit-by-replacement-is-taken-in'],
  },
  live: { safe: false, because: 'what shows it edits the file of the target' },
});
