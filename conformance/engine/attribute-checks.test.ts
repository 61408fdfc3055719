import { expect, it } from 'vitest';

import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import type { FullSight } from '#scenarios/kit/sight';

import { attributed, sightsOf } from './attribute-checks.ts';
import type { PlannedArm } from './plan.ts';
import { redactor } from './redact.ts';
import type { ArmWorld, StepOutcome } from './steps.ts';

const lost = {
  method: 'POST',
  path: `/${'x'.repeat(20_000)}?key=a-secret-key`,
  bodyBytes: Buffer.alloc(0),
  wireBytes: 0,
  refused: 'no surface has this route',
} as UpstreamCall;
const outcomes = new Map<string, StepOutcome>([
  [
    'ask',
    { kind: 'seen', startedAt: 0, sight: { status: 501, upstreamCalls: [{ ...lost, path: '/a-secret-key' }] } as unknown as FullSight },
  ],
  ['long', { kind: 'seen', startedAt: 0, sight: { status: 501, upstreamCalls: [lost] } as unknown as FullSight }],
  ['skipped', { kind: 'skipped', reason: 'budget-spent', note: 'spent' }],
]);

const planned = {
  scenario: { upstream: () => () => ({ exchange: 'openai-chat/text' }) },
  expectations: [{ steps: ['ask', 'skipped'] }, { steps: ['long'] }, { steps: ['ask'] }],
} as unknown as PlannedArm;

const world = { target: { url: 'http://127.0.0.1:1' }, upstream: {} } as unknown as ArmWorld;

it('says who is at fault of failed checks only, from the steps that they read, bounded and without credentials', () => {
  const failed = { level: 'must', side: 'caller', verdict: 'fail' } as const;
  const records = [
    { ...failed, id: 'one' },
    { ...failed, id: 'two' },
    { ...failed, id: 'three', verdict: 'pass' as const },
  ];
  const compared = { findings: new Map(), outcomes: new Map() };
  const told = attributed(planned, world, outcomes, { records, compared, redact: redactor(['a-secret-key']) });
  expect(told.map(({ attribution }) => attribution?.because.slice(0, 60))).toEqual([
    'it asked the upstream for POST /[redacted], which no upstrea',
    'it asked the upstream for POST /xxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    undefined,
  ]);
  expect(told[1]?.attribution?.because.length).toBeLessThan(5_000);
});

it('leaves out what was skipped or is not there', () => {
  expect(sightsOf(outcomes, ['skipped', 'ask', 'nowhere']).map(({ status }) => status)).toEqual([501]);
});
