import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  must,
  probe,
  reachedUpstream,
  says,
  type Cell,
  type Probe,
} from '#scenarios/kit/index';

import { askedName, lists, refusedAtTheDoor, saidByUpstream, sendsTheBareName } from './names.ts';

const inThePath = ({ client }: Cell): boolean => client === 'gemini-generate';

/** The slash of a prefix as client libraries write it into a path: `pro%2Fmodel`. */
const withEncodedSlash = (probed: Probe, name: string): Probe => ({ ...probed, path: probed.path.replace(name, encodeURIComponent(name)) });

export default defineScenario({
  id: 'models/prefix-is-forced',
  title: 'A model of a credential with a prefix is unknown by its bare name',
  matrixRow: 5,
  requires: ['model-registry', 'model-prefixes'],
  diagnosis: {
    symptom: 'team/model answers and model is unknown, or the other way round, after a prefix was set or removed.',
    cause:
      'The credential has a prefix and force-model-prefix is on: its models then have no bare name. Without a prefix on any credential, prefix/model is the unknown one.',
    check: 'Look in GET /v1/models for both names. A prefix that holds a slash itself counts as none.',
    remediation:
      'Turn force-model-prefix off, so that the bare name stays beside the prefixed one, or ask for the prefixed name that is listed.',
  },
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['codex'],
      streams: [false],
    }),
    // Another caller comes first here: the kill matrix looks at the first of each mode.
    ...crossing({
      clients: ['gemini-generate', 'anthropic-messages', 'openai-responses', 'openai-chat'],
      upstreams: ['codex'],
      streams: [true],
    }),
  ],
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = (name: string) => converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 });
    return {
      prefixed: ask(model('prefixed')),
      encoded: withEncodedSlash(ask(model('prefixed')), model('prefixed')),
      bare: ask(model('bare')),
      elsewhere: ask(`nobodys-prefix/${model('bare')}`),
      twice: ask(`nobodys-prefix/${model('prefixed')}`),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
    };
  },
  expectations: [
    must('a-prefixed-name-is-answered', ['prefixed'], ({ prefixed }) => says(prefixed, saidByUpstream)),
    must.behind('the-upstream-never-hears-the-prefix', ['prefixed'], ({ prefixed }) => sendsTheBareName(prefixed)),
    must('a-prefixed-name-is-listed', ['listing', 'prefixed'], ({ listing, prefixed }) => lists(listing, askedName(prefixed))),
    must('an-encoded-slash-is-a-slash', ['encoded'], ({ encoded }) => says(encoded, saidByUpstream), { appliesTo: inThePath }),
    must('a-bare-name-is-answered-too', ['bare'], ({ bare }) => says(bare, saidByUpstream)),
    must('a-bare-name-is-listed-too', ['listing', 'bare'], ({ listing, bare }) => lists(listing, askedName(bare))),
    must.behind('a-prefix-that-nobody-has-is-unknown', ['elsewhere', 'twice'], ({ elsewhere, twice }) =>
      allOf(refusedAtTheDoor(elsewhere), refusedAtTheDoor(twice)),
    ),
    must.behind('one-question-is-one-upstream-request', ['prefixed', 'bare'], ({ prefixed, bare }) =>
      allOf(reachedUpstream(prefixed, 1), reachedUpstream(bare, 1)),
    ),
  ],
  remedy: { config: { 'force-model-prefix': false } },
  symptom: {
    violates: () => ['a-bare-name-is-answered-too', 'a-bare-name-is-listed-too', 'one-question-is-one-upstream-request'],
    config: { 'force-model-prefix': true },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
