import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import type { DriftReport, ReportedChange } from '../drift-report.ts';
import type { TypeSurface } from '../sdk/type-surface.ts';
import { surfaceOf } from '../testing/surface-of.ts';
import { threeWay } from './three-way.ts';

const folder = mkdtempSync(join(tmpdir(), 'wireproof-three-way-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openai: TypeSurface = {
  ...surfaceOf(
    folder,
    `export interface ChatCompletion {
      id: string;
      choices: { finish_reason: 'stop' | 'length'; message: { content: string | null; tool_calls?: (Fn | Custom)[] } }[];
      service_tier?: 'auto' | null;
      metadata: Record<string, string>;
      anything: unknown;
    }
    interface Fn { type: 'function'; function: { name: string } }
    interface Custom { type: 'custom'; custom: { name: string } }
    export interface ErrorObject { code: string | null; message: string }
    export type ResponseStreamEvent = { type: 'response.created'; response: { id: string } } | { type: 'response.done'; sequence_number: number };`,
    ['ChatCompletion', 'ErrorObject', 'ResponseStreamEvent'],
  ),
  package: 'openai',
};

const changeOf = (
  kind: ReportedChange['kind'],
  path: string,
  before?: string,
  after?: string,
  surface = 'openai-chat',
): ReportedChange => ({
  id: '0123456789ab',
  severity: 'additive',
  kind,
  surface,
  path,
  what: 'made up',
  seenIn: ['x'],
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});

const reportOf = (...changes: ReportedChange[]): DriftReport => ({
  schema: 'wireproof.drift/v1',
  samples: { baseline: 1, against: 1 },
  counts: { breaking: 0, additive: changes.length, cosmetic: 0 },
  changes,
  notCompared: [],
  notInBaseline: [],
  unread: [],
});

const judged = (...of: Parameters<typeof changeOf>) => {
  const [change] = threeWay(reportOf(changeOf(...of)), openai).changes;
  return [change?.sdk?.before, change?.sdk?.after, change?.sdk?.who, change?.severity];
};

const left = 'upstream moved away from the SDK';
const caughtUp = 'upstream caught up with the SDK';
type Case = readonly [what: string, change: Parameters<typeof changeOf>, expected: readonly unknown[]];
const silent = ['unknown', 'unknown', 'SDK says nothing', 'additive'];

describe('threeWay', () => {
  it.each<Case>([
    ['another type', ['type-changed', 'body.id', '"a"', '1'], ['fits', 'does not fit', left, 'breaking']],
    ['the type that the SDK has', ['type-changed', 'body.id', '1', '"a"'], ['does not fit', 'fits', caughtUp, 'additive']],
    [
      'a value of an enum',
      ['value-added', 'body.choices[].finish_reason', '"stop"', '"length"'],
      ['fits', 'fits', 'SDK allows both', 'additive'],
    ],
    [
      'a value that is none',
      ['value-added', 'body.choices[].finish_reason', '"stop"', '"tired"'],
      ['fits', 'does not fit', left, 'breaking'],
    ],
    ['null', ['null-appeared', 'body.choices[].message.content', '"a"', 'null'], ['fits', 'fits', 'SDK allows both', 'additive']],
    ['null where none may be', ['null-appeared', 'body.id', '"a"', 'null'], ['fits', 'does not fit', left, 'breaking']],
    ['a field that is required', ['field-removed', 'body.id', '"a"'], ['fits', 'does not fit', left, 'breaking']],
    ['a field that may be missing', ['field-removed', 'body.service_tier', '"auto"'], ['fits', 'fits', 'SDK allows both', 'additive']],
    ['a field that came', ['field-added', 'body.choices', undefined, '[{"finish_re…'], ['does not fit', 'fits', caughtUp, 'additive']],
    ['a field it does not know', ['field-added', 'body.mood', undefined, '{}'], ['fits', 'does not fit', left, 'additive']],
    ['neither of both', ['type-changed', 'body.id', '1', '{"cut o…'], ['does not fit', 'does not fit', 'SDK allows neither', 'additive']],
    [
      'a type of object',
      ['variant-added', 'body.choices[].message.tool_calls[][type=custom]', undefined, '{}'],
      ['fits', 'fits', 'SDK allows both', 'additive'],
    ],
    [
      'an unknown type of object',
      ['variant-added', 'body.choices[].message.tool_calls[][type=mood]', undefined, '{}'],
      ['fits', 'does not fit', left, 'breaking'],
    ],
    [
      'a field of one type of object',
      ['type-changed', 'body.choices[].message.tool_calls[][type=function].function.name', '"a"', '1'],
      ['fits', 'does not fit', left, 'breaking'],
    ],
    ['a value of a map', ['type-changed', 'body.metadata.mine', '"a"', '1'], ['fits', 'does not fit', left, 'breaking']],
    ['an error', ['type-changed', 'body.error.code', '"a"', '1'], ['fits', 'does not fit', left, 'breaking']],
    ['an event', ['event-added', 'events[response.mood]', undefined, '{}', 'openai-responses'], ['fits', 'does not fit', left, 'additive']],
    [
      'a field of an event',
      ['type-changed', 'events[response.created].response.id', '"a"', '1', 'codex'],
      ['fits', 'does not fit', left, 'breaking'],
    ],
    ['what may be anything', ['type-changed', 'body.anything', '"a"', '1'], silent],
    ['what is below a field that is not typed', ['type-changed', 'body.mood.level', '"a"', '1'], silent],
    ['an envelope of errors', ['field-removed', 'body.error', '{}'], silent],
    ['an event that no longer comes', ['event-lost', 'events[DONE]', '"[DONE]"'], silent],
    ['an order', ['grammar-broken', 'done-last'], silent],
  ])('%s', (_, change, expected) => {
    expect(judged(...change)).toEqual(expected);
  });

  it('says nothing of other vendors, counts anew and puts the worst first', () => {
    const foreign = changeOf('type-changed', 'body.id', '"a"', '1', 'anthropic-messages');
    const own = changeOf('type-changed', 'body.id', '"a"', '1');
    const { changes, counts, sdk } = threeWay(reportOf(foreign, own), openai);
    expect([changes.map((change) => [change.surface, change.severity, change.sdk?.version]), counts, sdk]).toEqual([
      [
        ['openai-chat', 'breaking', '1.0.0'],
        ['anthropic-messages', 'additive', undefined],
      ],
      { breaking: 1, additive: 1, cosmetic: 0 },
      { package: 'openai', version: '1.0.0' },
    ]);
  });
});
