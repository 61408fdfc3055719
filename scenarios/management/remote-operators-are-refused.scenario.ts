import { allOf, answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, listing, listsModels, manage, managementKey, refusedWith, showsConfiguration, shown, wrongKey } from './operators.ts';

/** As a reverse proxy, or the port of a container, would pass on somebody else's request. */
const fromAfar = { 'x-forwarded-for': '203.0.113.9' };

export default defineScenario({
  id: 'management/remote-operators-are-refused',
  title: 'The management API answers 403 to everybody who does not sit at the machine',
  matrixRow: 'management',
  requires: ['management-api'],
  remembers: true,
  diagnosis: {
    symptom: 'GET /v0/management/config with the right key is 403 “remote management disabled”, from the host of a container too.',
    cause:
      'remote-management.allow-remote is false, and the caller is not on the loopback address: a container’s port mapping and a reverse proxy both make the own machine look remote.',
    check: '403 “remote”, not 404: the API is switched on. Ask from inside of the container, or from the machine itself.',
    remediation: 'Ask from the machine itself, or set remote-management.allow-remote: true behind TLS and a long key.',
  },
  cells,
  upstream: () => answer('text'),
  steps: () => ({
    remote: manage('config', { credential: shown(managementKey), headers: fromAfar }),
    byForwarded: manage('config', { credential: shown(managementKey), headers: { forwarded: 'for=203.0.113.9' } }),
    keyless: manage('config', { headers: fromAfar }),
    wrong: manage('config', { credential: shown(wrongKey), headers: fromAfar }),
    local: manage('config', { credential: shown(managementKey) }),
    listing: listing({ headers: fromAfar }),
  }),
  expectations: [
    must.behind('a-remote-operator-is-let-in-with-the-key', ['remote', 'byForwarded'], ({ remote, byForwarded }) =>
      allOf(showsConfiguration(remote), showsConfiguration(byForwarded)),
    ),
    must.behind('a-remote-caller-without-a-key-is-told-that-it-is-missing', ['keyless'], ({ keyless }) =>
      refusedWith(keyless, 401, /missing/i),
    ),
    must.behind('a-remote-caller-with-a-wrong-key-is-told-that-it-is-wrong', ['wrong'], ({ wrong }) => refusedWith(wrong, 401, /invalid/i)),
    must.behind('the-machine-itself-is-let-in-either-way', ['local'], ({ local }) => showsConfiguration(local)),
    must.behind('remote-callers-of-models-are-let-in-either-way', ['listing'], (sights) => listsModels(sights.listing)),
  ],
  remedy: { config: { 'remote-management': { 'secret-key': managementKey, 'allow-remote': true } } },
  symptom: {
    config: { 'remote-management': { 'secret-key': managementKey } },
    violates: () => [
      'a-remote-operator-is-let-in-with-the-key',
      'a-remote-caller-without-a-key-is-told-that-it-is-missing',
      'a-remote-caller-with-a-wrong-key-is-told-that-it-is-wrong',
    ],
  },
  live: { safe: false, because: 'it shows keys of its own, and on a live target each wrong one counts towards a ban' },
});
