/** Scenarios for tests of the runner: each step is one request that wants 200. */
import { answer, crossing, defineScenario, deviates, holds, must, TOKEN, type Probe } from '#scenarios/kit/index';
import type { Scenario } from '#scenarios/kit/scenario';

export interface PlainScenario {
  readonly id: string;
  /** Steps that are sent at the same time; one by default. */
  readonly steps?: number;
  readonly live?: Scenario['live'];
  readonly timeoutMs?: number;
  /** The answer may be so long. */
  readonly maxOutputTokens?: number;
}

const asking = (path: string, timeoutMs: number, maxOutputTokens: number): Probe => ({
  dialect: 'openai-chat',
  method: 'POST',
  path: `/${path}?${TOKEN}`,
  headers: {},
  stream: false,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs,
  after: [],
  maxOutputTokens,
  body: { json: { say: 'ok' } },
});

const safe: Scenario['live'] = { safe: true, idempotent: true, maxOutputTokens: 1_000, timeoutMs: 1_000 };

export const plainScenario = ({ id, steps = 1, live = safe, timeoutMs = 5_000, maxOutputTokens = 10 }: PlainScenario): Scenario => {
  const names = Array.from({ length: steps }, (_, index) => `ask${index}`);
  return defineScenario<string>({
    id: `plain/${id}`,
    title: 'The target answers with 200',
    matrixRow: 3,
    requires: [],
    diagnosis: { symptom: 'A symptom here.', cause: 'A cause, here.', check: 'A check, here.', remediation: 'A remediation.' },
    cells: crossing({ clients: ['openai-chat'], upstreams: ['openai-chat'], streams: [false] }),
    upstream: () => answer('text'),
    steps: () => Object.fromEntries(names.map((name) => [name, asking(`${id}-${name}`, timeoutMs, maxOutputTokens)])),
    expectations: names.map((name) =>
      must(`${name}-gets-200`, [name], (sights) => {
        const status = sights[name]?.status;
        return status === 200 ? holds() : deviates({ expected: 200, actual: status });
      }),
    ),
    remedy: { proxy: ['answers'] },
    symptom: { violates: () => names.map((name) => `${name}-gets-200`) },
    live,
  });
};
