import { starting } from '#scenarios/kit/actions/process';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, endsSaying, endsWithAFailure, keepsSecret, neverLies } from './starts.ts';

const secrets = ['wireproof-key-that-nobody-may-read', 'wireproof-upstream-key-that-nobody-may-read'] as const;

const launch = {
  config: {
    is: 'usable',
    over: {
      port: 'many',
      hosts: '127.0.0.1',
      'auth-dir': 'auths',
      tls: { enable: true },
      'api-keys': [secrets[0], '${WIREPROOF_CLIENT_KEY}'],
      'gemini-api-key': [{ 'api-key': secrets[1] }],
    },
  },
  files: { auths: 'a file where a directory should be\n' },
  env: { WIREPROOF_CLIENT_KEY: '' },
} as const;

export default defineScenario({
  id: 'startup/configuration-asks-for-the-impossible',
  title: 'The configuration is YAML, and cannot be used',
  matrixRow: 'startup',
  requires: [],
  diagnosis: {
    symptom: 'The service does not come up, and each mended line brings the next complaint; or it comes up without what the file asks for.',
    cause:
      'A word where a number belongs, a key that no build knows, an auth-dir that is a file, TLS without a certificate, a variable of the environment that is empty. Builds stop at the first of them, or pass over a key in silence.',
    check: 'wireproof proxy --check --config FILE tells all of it at once, each with the key and what was expected.',
    remediation: 'Mend what is named, make auth-dir a directory that can be written to, name certificate and key or switch TLS off.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { launch: {} },
  steps: () => ({ start: starting({ launch }) }),
  expectations: [
    must('its-exit-code-tells-of-the-failure', ['start'], ({ start }) => endsWithAFailure(start)),
    must('the-key-with-the-wrong-kind-of-value-is-named', ['start'], ({ start }) =>
      endsSaying(start, /config\.yaml: port\b[\s\S]*number/i),
    ),
    must('the-unknown-key-is-named', ['start'], ({ start }) => endsSaying(start, /config\.yaml: hosts\b[\s\S]*did you mean "host"/i)),
    must('the-file-in-place-of-the-auth-dir-is-named', ['start'], ({ start }) => endsSaying(start, /\{folder\}\/auths\b[\s\S]*director/i)),
    must('tls-without-a-certificate-is-named', ['start'], ({ start }) => endsSaying(start, /config\.yaml: tls\.cert\b/i)),
    must('the-variable-without-a-value-is-named', ['start'], ({ start }) => endsSaying(start, /api-keys\[1\][\s\S]*WIREPROOF_CLIENT_KEY/)),
    must('no-key-is-told', ['start'], ({ start }) => keepsSecret(start, ...secrets)),
  ],
  remedy: { config: {} },
  symptom: { violates: () => [], none: neverLies },
  live: { safe: false, because: 'the file of a deployment is not seen from its address' },
});
