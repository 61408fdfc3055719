import { allOf, answer, defineScenario, deviates, holds, inShort, must, should, type Probe } from '#scenarios/kit/index';

import { cells, listing, listsModels, manage, managementKey, refusedWith, showsConfiguration, shown, wrongKey } from './operators.ts';

const monitors = ['keyless1', 'keyless2', 'keyless3', 'keyless4', 'keyless5'] as const;
const guesses = ['guess1', 'guess2', 'guess3', 'guess4', 'guess5', 'guess6'] as const;

/** One after the other, the first one after `first`. */
const inTurn = <Name extends string>(
  names: readonly Name[],
  first: readonly string[],
  make: (after: readonly string[]) => Probe,
): Readonly<Record<Name, Probe>> =>
  Object.fromEntries(
    names.map((name, index) => {
      const before = names[index - 1];
      return [name, make(before === undefined ? first : [before])];
    }),
  ) as Readonly<Record<Name, Probe>>;

export default defineScenario({
  id: 'management/wrong-keys-lock-the-owner-out',
  title: 'The management API refuses its own key for half an hour',
  matrixRow: 'management',
  requires: ['management-api'],
  remembers: true,
  diagnosis: {
    symptom:
      'GET /v0/management/config gets 403 “IP banned due to too many failed attempts” with the right key, for everybody at that address.',
    cause:
      'Five failed tries from one address ban it for half an hour. Tries without a key count too, so that a monitor, or the page’s own loop with the client key, bans itself; behind a front proxy all users have one address.',
    check:
      'Read the words, once: “banned” is this, “invalid” and “missing” are about the key, “remote” about the address. Every further try may prolong it.',
    remediation:
      'Stop what tries in vain, then wait or restart the proxy: the ban is in memory. Let monitors ask oauth-callback, which counts nothing. Where it can be chosen: slow guessers down instead of shutting everybody out.',
  },
  cells,
  upstream: () => answer('text'),
  steps: () => ({
    ...inTurn(monitors, [], (after) => manage('config', { after })),
    afterMonitors: manage('config', { credential: shown(managementKey), after: ['keyless5'] }),
    ...inTurn(guesses, ['afterMonitors'], (after) => manage('config', { credential: shown(wrongKey), after })),
    owner: manage('config', { credential: shown(managementKey), after: ['guess6'] }),
    listing: listing({ after: ['guess6'] }),
    muchLater: manage('config', { credential: shown(managementKey), after: ['owner', 'listing'], laterMs: 31 * 60_000 }),
  }),
  expectations: [
    must.behind('a-missing-key-is-401-and-says-so', ['keyless1'], ({ keyless1 }) => refusedWith(keyless1, 401, /missing/i)),
    must.behind('tries-without-a-key-shut-nobody-out', ['keyless5', 'afterMonitors'], ({ afterMonitors }) =>
      showsConfiguration(afterMonitors),
    ),
    must.behind('a-wrong-key-is-401-and-says-so', ['guess1'], ({ guess1 }) => refusedWith(guess1, 401, /invalid/i)),
    must.behind('a-guesser-is-stopped', ['keyless1', ...guesses], ({ keyless1, guess6 }) =>
      keyless1.status === 401 && [403, 429].includes(guess6.status)
        ? holds()
        : deviates({ expected: '429 or 403 for the sixth wrong key', actual: inShort(guess6) }),
    ),
    should.behind('a-guesser-is-told-how-long', ['guess6'], ({ guess6 }) =>
      /^\d{1,4}$/.test(guess6.headers['retry-after'] ?? '')
        ? holds()
        : deviates({ expected: 'Retry-After in seconds', actual: guess6.headers['retry-after'] ?? 'none' }),
    ),
    must.behind('the-right-key-opens-from-the-machine-itself-all-the-same', ['guess6', 'owner'], ({ owner }) => showsConfiguration(owner)),
    must.behind('guesses-at-the-management-key-touch-no-models', ['guess6', 'listing'], (sights) => listsModels(sights.listing)),
    must.behind('after-half-an-hour-nobody-is-shut-out', ['muchLater'], ({ muchLater }) => allOf(showsConfiguration(muchLater))),
  ],
  remedy: { config: { persona: 'documented', 'remote-management': { 'secret-key': managementKey } } },
  symptom: {
    config: { persona: 'cliproxyapi-2026-08', 'remote-management': { 'secret-key': managementKey } },
    violates: () => [
      'tries-without-a-key-shut-nobody-out',
      'a-wrong-key-is-401-and-says-so',
      'a-guesser-is-told-how-long',
      'the-right-key-opens-from-the-machine-itself-all-the-same',
    ],
  },
  live: { safe: false, because: 'a second wrong key is what bans; management/switched-off asks a live target without any' },
});
