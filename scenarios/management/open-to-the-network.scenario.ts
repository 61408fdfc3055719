import { allOf, answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, manage, managementKey, refusedWith, showsConfiguration, shown, wrongKey } from './operators.ts';

const from = (address: string) => ({ 'x-forwarded-for': address });
const tries = ['try1', 'try2', 'try3', 'try4', 'try5'] as const;

export default defineScenario({
  id: 'management/open-to-the-network',
  title: 'Anybody on the network may try keys at the management API',
  matrixRow: 'management',
  requires: ['management-api'],
  remembers: true,
  diagnosis: {
    symptom: 'A request from another machine is asked for the key (401) instead of being sent away (403).',
    cause:
      'remote-management.allow-remote is true, or the proxy believes a header that says a request comes from the machine itself, which whoever sends the request can write.',
    check: 'One request without a key from another machine: 401 is open, 403 “remote management disabled” is closed, 404 is switched off.',
    remediation: 'Set remote-management.allow-remote: false and manage from the machine itself, or through a tunnel.',
  },
  cells,
  upstream: () => answer('text'),
  steps: () => ({
    remote: manage('config', { credential: shown(managementKey), headers: from('203.0.113.9') }),
    keyless: manage('config', { headers: from('203.0.113.9') }),
    pretends: manage('config', { credential: shown(managementKey), headers: from('127.0.0.1') }),
    try1: manage('config', { credential: shown(wrongKey), headers: from('203.0.113.9') }),
    try2: manage('config', { credential: shown(wrongKey), headers: from('203.0.113.9') }),
    try3: manage('config', { credential: shown(wrongKey), headers: from('203.0.113.9') }),
    try4: manage('config', { credential: shown(wrongKey), headers: from('203.0.113.9') }),
    try5: manage('config', { credential: shown(wrongKey), headers: from('203.0.113.9') }),
    owner: manage('config', { credential: shown(managementKey), after: [...tries, 'keyless'] }),
  }),
  expectations: [
    must.behind('a-remote-caller-is-sent-away-whatever-key-it-shows', ['remote', 'try1'], ({ remote, try1 }) =>
      allOf(refusedWith(remote, 403, /remote/i), refusedWith(try1, 403, /remote/i)),
    ),
    must.behind('a-remote-caller-is-sent-away-before-a-key-is-asked-for', ['keyless'], ({ keyless }) =>
      refusedWith(keyless, 403, /remote/i),
    ),
    must.behind('no-header-makes-a-caller-local', ['pretends'], ({ pretends }) => refusedWith(pretends, 403, /remote/i)),
    must.behind('remote-tries-shut-nobody-out', [...tries, 'owner'], ({ owner }) => showsConfiguration(owner)),
  ],
  remedy: { config: { 'remote-management': { 'secret-key': managementKey, 'allow-remote': false } } },
  symptom: {
    config: { 'remote-management': { 'secret-key': managementKey, 'allow-remote': true } },
    violates: () => [
      'a-remote-caller-is-sent-away-whatever-key-it-shows',
      'a-remote-caller-is-sent-away-before-a-key-is-asked-for',
      'no-header-makes-a-caller-local',
    ],
  },
  live: { safe: false, because: 'from where the tool runs a live target may be local or remote, and wrong keys count towards a ban' },
});
