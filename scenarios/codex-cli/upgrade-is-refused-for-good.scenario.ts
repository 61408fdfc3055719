import {
  allOf,
  answer,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  says,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';
import { websocket } from '#scenarios/kit/actions/websocket';

import { codexBody, saidByUpstream, userSays } from './asking.ts';

/** 426: Codex asks over HTTP at once. 404 and 405: after seven tries and twelve seconds. 400: never, it ends (toolchain, clients). */
const isTakenOrPassedOn = (sight: CallerSight): Reading =>
  sight.status === 101 || sight.status === 426
    ? holds()
    : deviates({ expected: '101, or 426 upon which Codex goes on over HTTP', actual: inShort(sight) });

const tellsItAsJson = (sight: CallerSight): Reading => {
  if (sight.status === 101) return holds();
  const error = (sight.json as { readonly error?: unknown } | undefined)?.error;
  return sight.status === 426 && error !== undefined
    ? holds()
    : deviates({ expected: 'a refusal with an error in JSON', actual: inShort(sight) });
};

/** Sheet X4 (d), codex 19821 and 43353. */
export default defineScenario({
  id: 'codex-cli/upgrade-is-refused-for-good',
  title: 'Codex waits many seconds before each turn, or ends with the refusal of its WebSocket',
  matrixRow: 18,
  requires: ['codex-client'],
  diagnosis: {
    symptom:
      'With a provider for which Codex uses WebSockets, each session begins with about twelve seconds of "reconnecting", or Codex ends at once, although POST /v1/responses works.',
    cause:
      'The proxy, or an ingress before it, takes no WebSockets at GET /v1/responses and says so with 404, 405 or 400. Codex goes on over HTTP at once only after 426.',
    check: 'Ask GET /v1/responses with the headers of an upgrade and look at the status: 101 and 426 are good.',
    remediation:
      'Answer 426 Upgrade Required where upgrades are not taken, or set supports_websockets = false for the provider in config.toml.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => ({
    upgrade: websocket([]),
    posted: probe({
      dialect: 'openai-responses',
      path: '/v1/responses',
      body: { json: codexBody({ model: model(), input: [userSays('Say ok.')] }) },
      stream: true,
      maxOutputTokens: 16,
      after: ['upgrade'],
    }),
  }),
  expectations: [
    // A target that says 426 to everything passes nobody on.
    must('an-upgrade-is-taken-or-answered-with-426', ['upgrade', 'posted'], ({ upgrade, posted }) =>
      allOf(says(posted, saidByUpstream), isTakenOrPassedOn(upgrade)),
    ),
    must('a-refused-upgrade-says-why', ['upgrade', 'posted'], ({ upgrade, posted }) =>
      allOf(says(posted, saidByUpstream), tellsItAsJson(upgrade)),
    ),
    must('codex-goes-on-over-http', ['posted'], ({ posted }) => says(posted, saidByUpstream)),
  ],
  remedy: { config: { 'responses-websocket': false } },
  symptom: {
    violates: () => [],
    none: 'the reference proxy answers 426 where it takes no upgrades, and no setting changes that; the kill matrix shows proxies that do not',
  },
  live: { safe: false, because: 'section streaming looks at the upgrade of a live target' },
});
