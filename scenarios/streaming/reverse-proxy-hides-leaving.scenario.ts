import {
  cannotTell,
  converse,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  inShort,
  must,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { twoPairs } from './pairs.ts';
import { wordByWord, words } from './in-step.ts';

/** Holds when the upstream saw its connection go with the caller, instead of going on for nobody. */
const letGo = (sight: FullSight): Reading =>
  everyUpstreamCall(sight, ({ receipt }) => {
    if (receipt?.ended === 'client-left') return holds();
    if (sight.errorCode !== 'CALLER_LEFT' || receipt?.held === words[0])
      return cannotTell('not-exercised', `no occasion to leave: ${inShort(sight)}`);
    return deviates({ expected: 'an upstream request that ends when its caller leaves', actual: 'one that goes on for nobody' });
  });

const left = (sight: FullSight): Reading =>
  sight.errorCode === 'CALLER_LEFT' ? letGo(sight) : deviates({ expected: 'an answer that begins', actual: inShort(sight) });

/** Sheet row 17 (e) 8, X5 (e) 3: `proxy_ignore_client_abort on`. */
export default defineScenario({
  id: 'streaming/reverse-proxy-hides-leaving',
  title: 'Callers leave, and the vendor goes on answering',
  matrixRow: 17,
  requires: [],
  diagnosis: {
    symptom: 'Cancelled answers are billed to their end, and places of a limit on parallel requests stay taken though nobody listens.',
    cause:
      'A hop before the proxy does not hang up on it when its caller hangs up (proxy_ignore_client_abort on), or the proxy does not hang up on the vendor.',
    check:
      'Leave a long streamed answer with Ctrl-C, through the public address and at the proxy’s own, and watch whether the vendor’s side ends.',
    remediation:
      'proxy_ignore_client_abort off, which is nginx’s default. In the proxy, tie the request to the vendor to the caller’s connection.',
  },
  cells: twoPairs,
  ground: { between: { buffering: 'never' } },
  upstream: () => wordByWord,
  steps: ({ cell, model }) => {
    const ask = (via: { readonly via?: 'own-address' } = {}) =>
      converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, { leaveAt: words[0], ...via });
    return { through: ask(), around: ask({ via: 'own-address' }) };
  },
  expectations: [
    must.behind('who-leaves-ends-the-request-to-the-vendor-at-its-own-address', ['around'], ({ around }) => left(around)),
    must.behind('who-leaves-ends-the-request-to-the-vendor-through-a-reverse-proxy', ['through'], ({ through }) => left(through)),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { between: { buffering: 'never', hidesLeaving: true } },
    violates: () => ['who-leaves-ends-the-request-to-the-vendor-through-a-reverse-proxy'],
  },
  live: { safe: false, because: 'nobody sees what the vendor does when a caller has left' },
});
