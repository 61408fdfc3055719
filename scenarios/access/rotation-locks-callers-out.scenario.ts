import {
  allOf,
  answer,
  CLIENT_KEY,
  converse,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  says,
  type CallerSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { managementKey, shown as shownToManagement } from '../management/operators.ts';
import { accepted, accessCells, listing, shown, turnedAway } from './keys.ts';

const saidByUpstream = 'Wireproof says ok.';

const oldKey = 'wireproof-client-key-before-the-rotation';
/** Of an earlier rotation; its line is written over. */
const retiredKey = 'wireproof-client-key-of-long-ago';
const newKey = 'wireproof-client-key-after-the-rotation';
const listedAtFirst = [oldKey, retiredKey, CLIENT_KEY];

const neighbours = ['first', 'second', 'third', 'fourth'] as const;
type Neighbour = (typeof neighbours)[number];

/** Changes the list of keys while the proxy runs. */
const changed = (method: 'PATCH' | 'DELETE', about: Pick<Probe, 'after'> & Partial<Pick<Probe, 'body'>>, query = ''): Probe =>
  probe({
    dialect: 'openai-chat',
    method,
    path: `/v0/management/api-keys${query}`,
    credential: shownToManagement(managementKey),
    ...about,
  });

const isTaken = (sight: CallerSight): Reading =>
  sight.status === 200 ? holds() : deviates({ expected: '200: the list is changed', actual: inShort(sight) });

/**
 * Row 1, the way a key should be rotated: the new one is listed beside the old one, and the old one is taken out last. Another caller's
 * key stays in the list all the time; its questions come before, between and after the two changes, and may meet them in any order.
 */
export default defineScenario({
  id: 'access/rotation-locks-callers-out',
  title: 'A key that was rotated counts only after a restart',
  matrixRow: 1,
  requires: ['client-keys', 'management-api'],
  remembers: true,
  diagnosis: {
    symptom: 'The new key gets 401 although it is listed by now, and the old one still works, until somebody restarts the proxy.',
    cause:
      'The list was changed where the running proxy does not look: in another file than the loaded one, or through a management API that is switched off.',
    check:
      'GET /v1/models with the new key and with the old one after the change: 401 and 200 mean that the change did not arrive; 200 and 200 that the old key is still listed.',
    remediation:
      'Change the file that the proxy watches, or use PATCH and DELETE /v0/management/api-keys. Nothing needs to be restarted, and no request is lost meanwhile.',
  },
  cells: accessCells.filter(({ client, upstream, stream }) => upstream === client && stream === (client === 'anthropic-messages')),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = (key: string, after: readonly string[] = []) =>
      converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, { credential: shown(cell, key), after });
    const meanwhile = Object.fromEntries(neighbours.map((name) => [name, ask(CLIENT_KEY, ['oldBefore'])]));
    return {
      ...(meanwhile as Readonly<Record<Neighbour, Probe>>),
      oldBefore: listing(cell, { credential: shown(cell, oldKey) }),
      bothListed: changed('PATCH', { after: ['oldBefore'], body: { json: { old: retiredKey, new: newKey } } }),
      oldBetween: ask(oldKey, ['bothListed']),
      newBetween: ask(newKey, ['bothListed']),
      neighbourBetween: ask(CLIENT_KEY, ['bothListed']),
      rotated: changed('DELETE', { after: ['oldBetween', 'newBetween'] }, '?index=0'),
      neighbourAfter: ask(CLIENT_KEY, ['rotated']),
      newAfter: ask(newKey, ['rotated']),
      oldAfter: listing(cell, { credential: shown(cell, oldKey), after: ['rotated'] }),
    };
  },
  expectations: [
    must.behind('a-new-key-counts-at-once', ['bothListed', 'newBetween', 'newAfter'], ({ bothListed, newBetween, newAfter }) =>
      allOf(isTaken(bothListed), says(newBetween, saidByUpstream), says(newAfter, saidByUpstream)),
    ),
    must.behind('an-old-key-works-until-it-is-taken-out', ['oldBefore', 'bothListed', 'oldBetween'], (sights) =>
      allOf(accepted(sights.oldBefore), isTaken(sights.bothListed), says(sights.oldBetween, saidByUpstream)),
    ),
    must.behind('a-key-that-is-taken-out-is-refused-at-once', ['oldBefore', 'oldAfter'], ({ oldBefore, oldAfter }) =>
      allOf(accepted(oldBefore), turnedAway(oldAfter)),
    ),
    must.behind(
      'a-rotation-loses-no-request-of-others',
      [...neighbours, 'neighbourBetween', 'neighbourAfter', 'bothListed', 'rotated'],
      ({ bothListed, rotated, ...sights }) =>
        allOf(
          isTaken(bothListed),
          isTaken(rotated),
          ...[...neighbours, 'neighbourBetween' as const, 'neighbourAfter' as const].map((name) => says(sights[name], saidByUpstream)),
        ),
    ),
  ],
  remedy: { config: { 'api-keys': listedAtFirst, 'remote-management': { 'secret-key': managementKey } } },
  symptom: {
    config: { 'api-keys': listedAtFirst, 'remote-management': { 'secret-key': '' } },
    violates: () => [
      'a-new-key-counts-at-once',
      'an-old-key-works-until-it-is-taken-out',
      'a-key-that-is-taken-out-is-refused-at-once',
      'a-rotation-loses-no-request-of-others',
    ],
  },
  live: { safe: false, because: 'it rewrites the list of keys of the deployment' },
});
