import { starting } from '#scenarios/kit/actions/process';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, checkSaysTheSame, claimsNoSuccess, endsSaying, endsWithAFailure, neverLies } from './starts.ts';

/** A tab in line 2, a key of line 1 again in line 3, and a second document from line 4 on. */
const broken = { is: 'text', text: 'port: 0\n\thost: 127.0.0.1\nport: 1\n---\nport: 2\n' } as const;

export default defineScenario({
  id: 'startup/configuration-cannot-be-parsed',
  title: 'The configuration is no YAML, or more of it than one document',
  matrixRow: 'startup',
  requires: [],
  diagnosis: {
    symptom: 'After an edit of the file the service is gone, or runs with half of what the file says.',
    cause:
      'A tab, a key that is there twice, or a line of three dashes: the parser gives up, takes the last of the two, or stops reading there.',
    check: 'wireproof proxy --check --config FILE names file, line and column of all of it, and ends with 2.',
    remediation: 'Mend the named lines: spaces for tabs, each key once, one document. Check again before the start.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { launch: {} },
  steps: () => ({
    start: starting({ launch: { config: broken } }),
    check: starting({ launch: { config: broken, checkOnly: true } }),
  }),
  expectations: [
    must('its-exit-code-tells-of-the-failure', ['start'], ({ start }) => endsWithAFailure(start)),
    must('the-line-with-the-tab-is-named', ['start'], ({ start }) => endsSaying(start, /config\.yaml:2\b[\s\S]*\btabs?\b/i)),
    must('the-line-of-the-repeated-key-is-named', ['start'], ({ start }) =>
      endsSaying(start, /config\.yaml:3\b[\s\S]*(unique|duplicate|already|twice)/i),
    ),
    must('the-line-of-the-second-document-is-named', ['start'], ({ start }) => endsSaying(start, /config\.yaml:4\b[\s\S]*document/i)),
    must('the-check-fails-for-the-same', ['start', 'check'], ({ start, check }) => checkSaysTheSame(start, check)),
    must('it-claims-no-success', ['start'], ({ start }) => claimsNoSuccess(start)),
  ],
  remedy: { config: {} },
  symptom: { violates: () => [], none: neverLies },
  live: { safe: false, because: 'the file of a deployment is not seen from its address' },
});
