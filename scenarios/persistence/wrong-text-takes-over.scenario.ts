import { addsByReplacing, addsInPlace } from '#scenarios/kit/actions/file';
import {
  allOf,
  answer,
  converse,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  says,
  should,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { showsConfiguration } from '../management/operators.ts';
import {
  cells,
  changesFile,
  changesValue,
  configFile,
  does,
  inForce,
  looks,
  managed,
  readsMemory,
  reloads,
  withFile,
} from './configured.ts';

const saidByUpstream = 'Wireproof says ok.';

/** No YAML at all, and YAML that is no configuration (sheet row 15 (c): `invalid_yaml`, `invalid_config`). */
const unreadable = 'routing: [\n';
const impossible = 'request-retry: many\n';

/** The same as an operator's slip with another key, beside a change that is right. */
const slip = 'max-retry-interval: 9\noauth-excluded-models: {\n';
const slipMark = { inForce: (config: Readonly<Record<string, unknown>>) => config['max-retry-interval'] === 9, inFile: /\{\n$/ };

/** Builds say 400 for no YAML and 422 for no configuration. */
const isRefused = (sight: CallerSight): Reading =>
  (sight.status === 400 || sight.status === 422) && /\w/.test(sight.bodyText)
    ? holds()
    : deviates({ expected: '400 or 422 with what is wrong', actual: inShort(sight) });

const sameText = (before: CallerSight, after: CallerSight): Reading =>
  withFile(before, (old) =>
    withFile(after, (text) =>
      text === old ? holds() : deviates({ expected: `the ${old.length} characters of before`, actual: `${text.length} others` }),
    ),
  );

/** The operator is not told by a status alone: builds have answered such a reload with 200. */
const namesWhatIsWrong = (sight: CallerSight): Reading =>
  /oauth-excluded-models|(?:line\W+|config\.yaml:)\d+/i.test(sight.bodyText)
    ? holds()
    : deviates({ expected: 'the line or the key that is wrong', actual: inShort(sight) });

/** Sheet row 15 (c), (d): a text that is wrong comes by way of the management API, or of an editor. */
export default defineScenario({
  id: 'persistence/wrong-text-takes-over',
  title: 'A slip in the configuration of a running proxy stops it, or is written over in silence',
  matrixRow: 15,
  requires: ['management-api', 'config-on-disk'],
  remembers: true,
  diagnosis: {
    symptom:
      'After an edit of config.yaml, or a PUT of it, all requests fail until somebody repairs the file; or the proxy goes on, and the next change through the API throws the edit away.',
    cause:
      'The proxy takes a new text before it has read the whole of it, and has nothing to go back to; or it writes what it has in memory over a file that it could not read.',
    check:
      'Look for “failed to reload config” in the log, and read the answer of POST /v0/management/reload: what is wrong stands there. GET config shows what is in force.',
    remediation:
      'Check a text before it goes live (wireproof proxy --check --config FILE, or PUT config.yaml, which refuses a wrong one with 400 or 422); repair the line that is named, then reload. The old configuration is in force until then.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { disk: { state: 'writable' } },
  steps: ({ cell, model }) => ({
    before: looks({ after: [] }),
    noYaml: changesFile('before', unreadable, { after: ['before'] }),
    noConfig: changesFile('before', impossible, { after: ['before', 'noYaml'] }),
    memory: readsMemory({ after: ['noConfig'] }),
    file: looks({ after: ['noConfig'] }),
    edited: does(addsInPlace(configFile, slip), { after: ['memory', 'file'] }),
    reload: reloads({ after: ['edited'] }),
    memoryAfter: readsMemory({ after: ['reload'] }),
    asked: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, { after: ['reload'] }),
    value: changesValue({ after: ['memoryAfter', 'asked'] }),
    fileAfter: looks({ after: ['value'] }),
    repaired: does(addsByReplacing(configFile, '  }\n'), { after: ['fileAfter'] }),
    reloadAgain: reloads({ after: ['repaired'] }),
    memoryAgain: readsMemory({ after: ['reloadAgain'] }),
  }),
  expectations: [
    must.behind('a-text-that-is-no-yaml-is-refused', ['noYaml'], ({ noYaml }) => isRefused(noYaml)),
    must.behind('a-text-that-is-no-configuration-is-refused', ['noConfig'], ({ noConfig }) => isRefused(noConfig)),
    must.behind('what-is-refused-changes-neither-memory-nor-file', ['before', 'noYaml', 'noConfig', 'memory', 'file'], (sights) =>
      allOf(showsConfiguration(sights.memory), sameText(sights.before, sights.file)),
    ),
    must.behind('a-slip-leaves-the-old-configuration-in-force', ['edited', 'reload', 'memoryAfter', 'asked'], ({ memoryAfter, asked }) =>
      allOf(inForce(memoryAfter, slipMark, false), says(asked, saidByUpstream)),
    ),
    should.behind('a-reload-names-what-is-wrong', ['edited', 'reload'], ({ reload }) => namesWhatIsWrong(reload)),
    must.behind('a-change-does-not-throw-the-operators-edit-away', ['edited', 'value', 'fileAfter'], ({ edited, fileAfter }) =>
      withFile(edited, (typed) =>
        withFile(fileAfter, (text) =>
          text.includes('max-retry-interval: 9') ? holds() : deviates({ expected: typed.slice(-80), actual: text.slice(-80) }),
        ),
      ),
    ),
    must.behind('a-repaired-file-is-taken-in', ['edited', 'repaired', 'reloadAgain', 'memoryAgain'], ({ memoryAgain }) =>
      inForce(memoryAgain, slipMark),
    ),
  ],
  remedy: { config: managed },
  symptom: {
    violates: () => [],
    none: 'the reference proxy reads a text before it takes it and has no other way; the kill matrix shows proxies that do not',
  },
  live: { safe: false, because: 'what shows it breaks the file of the target' },
});
