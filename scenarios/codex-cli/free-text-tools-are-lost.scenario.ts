import { answer, crossing, defineScenario, must, probe, says, should } from '#scenarios/kit/index';
import { answerOnSocket, websocket } from '#scenarios/kit/actions/websocket';

import { codexBody, create, saidByUpstream, userSays } from './asking.ts';
import {
  calledTool,
  callsWithFreeText,
  codexTools,
  earlierRound,
  everyToolHasASchema,
  handsTheRoundOn,
  sendsFreeTextTool,
} from './free-text-tools.ts';

/** Stands in questions that the upstream answers with a call of the tool. */
const asksForACall = '[call the tool]';
const toolSaid = '21 degrees, said the program';

/** Sheet row 18 (b) and (e) 4, CLIProxyAPI 415. */
export default defineScenario({
  id: 'codex-cli/free-text-tools-are-lost',
  title: 'Codex cannot edit files with a Claude model, or every request with its tools is refused',
  matrixRow: 18,
  requires: ['custom-tools', 'tools', 'responses-websocket'],
  diagnosis: {
    symptom:
      'With a Claude model Codex gets 400 "tools.0.custom.input_schema: Field required", or its calls of apply_patch fail as unknown or malformed, while plain questions are answered.',
    cause:
      'Codex has tools that take free text instead of JSON (type custom). Claude knows functions only: a proxy that hands such a tool on without a schema, drops it, or gives its calls back as functions breaks the loop.',
    check: 'Send one request with a tool of type custom and look at the upstream request: it must be a function with one required text.',
    remediation:
      'Let the proxy make such a tool a function with the one text "input" and its calls custom_tool_call again. Builds since v7.2.19 drop apply_patch alone: edits then go through the shell tool, which works.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages', 'antigravity'], streams: [true] }),
  upstream: () =>
    answer('text').when(
      ({ bodyBytes }) => bodyBytes.includes(asksForACall),
      ({ surface, stream }) => ({ exchange: `${surface}/custom-call${stream ? '.stream' : ''}` }),
    ),
  steps: ({ model }) => {
    const ask = (input: readonly unknown[]) => ({ model: model(), input, more: { tools: codexTools, parallel_tool_calls: true } });
    const call = ask([userSays(`Run it. ${asksForACall}`)]);
    return {
      posted: probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: { json: codexBody(call) },
        stream: true,
        maxOutputTokens: 16,
      }),
      onSocket: websocket([create(call)]),
      handedBack: probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: { json: codexBody(ask([userSays('Run it.'), ...earlierRound(toolSaid)])) },
        stream: true,
        maxOutputTokens: 16,
      }),
      handedBackOnSocket: websocket([create(ask([userSays('Run it.'), ...earlierRound(toolSaid)]))]),
    };
  },
  expectations: [
    must.behind('a-free-text-tool-becomes-a-function-of-one-text', ['posted'], ({ posted }) => sendsFreeTextTool(posted, calledTool)),
    must.behind('a-free-text-tool-becomes-a-function-on-a-websocket-too', ['onSocket'], ({ onSocket }) =>
      sendsFreeTextTool(onSocket, calledTool),
    ),
    // Builds that drop it are no worse off: Claude models then edit with the shell tool.
    should.behind('apply-patch-reaches-the-model', ['posted'], ({ posted }) => sendsFreeTextTool(posted, 'apply_patch')),
    must.behind('no-tool-goes-without-a-schema', ['posted', 'onSocket'], ({ posted, onSocket }) => {
      const overHttp = everyToolHasASchema(posted);
      return overHttp.kind === 'holds' ? everyToolHasASchema(onSocket) : overHttp;
    }),
    must('a-call-comes-back-as-free-text', ['posted'], ({ posted }) => callsWithFreeText(posted)),
    must('a-call-comes-back-as-free-text-on-a-websocket', ['onSocket'], ({ onSocket }) => callsWithFreeText(answerOnSocket(onSocket))),
    must('a-result-that-is-handed-back-is-answered', ['handedBack', 'handedBackOnSocket'], ({ handedBack, handedBackOnSocket }) => {
      const overHttp = says(handedBack, saidByUpstream);
      return overHttp.kind === 'holds' ? says(answerOnSocket(handedBackOnSocket), saidByUpstream) : overHttp;
    }),
    must.behind('a-result-that-is-handed-back-reaches-the-upstream', ['handedBack', 'handedBackOnSocket'], (sights) => {
      const overHttp = handsTheRoundOn(sights.handedBack, toolSaid);
      return overHttp.kind === 'holds' ? handsTheRoundOn(sights.handedBackOnSocket, toolSaid) : overHttp;
    }),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'carrying free-text tools is part of how the reference proxy translates; the kill matrix shows proxies that lose them',
  },
  live: { safe: false, because: 'only a script is sure to call the tool' },
});
