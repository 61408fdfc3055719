import { cellName } from '#scenarios/kit/cell';
import type { Scenario } from '#scenarios/kit/scenario';

import { recordedCell } from '../../explain/account.ts';
import type { RecordedArm, RecordedScenario } from '../../explain/recorded.ts';
import { runSuite, type Report } from '../../index.ts';
import type { TraceLine } from '../../engine/records.ts';
import { referenceTarget } from '../../targets/reference-proxy.ts';

/** Lines of one arm that are kept; what matters comes early. */
const mostLines = 16;
const longestLine = 220;

/** What differs from run to run and means nothing. */
const steady = (text: string): string =>
  text
    .replaceAll(/\bwpt_[0-9a-f]{16}/g, 'wpt_…')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '(id)')
    .replaceAll(/\b(resp|msg|chatcmpl|cmpl|call|req|item|fc|rs|prewarm|ws|toolu)[_-][0-9A-Za-z]{16,}/g, '$1_…')
    .replaceAll(/(127\.0\.0\.1|localhost|\[::1\]):\d+/g, '$1:port')
    .replaceAll(/\/tmp\/[^\s"',]*/g, '(temp)')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[0-9:.]+Z/g, '(time)')
    .replaceAll(/"masked:[0-9a-f]+"/g, '"masked:…"')
    .replaceAll(/("digest":")[0-9a-f]+/g, '$1…')
    .replaceAll(/("(?:uptime_seconds|latency_p\d+_ms|bytesPerSecond)":)\d+(?:\.\d+)?/g, '$1(measured)')
    .replaceAll(/("(?:created|created_at|completed_at|expires_at|durationMs|atMs)":)\d+(?:\.\d+)?/g, '$1(time)')
    .replaceAll(/\b\d+ bytes\b/g, 'bytes');

/** The caller's question, what happened behind the proxy, the caller's answer: also where the two sides overlapped in time. */
const phase = ({ side, direction }: TraceLine): number => (side === 'upstream' ? 1 : direction === 'sent' ? 0 : 2);

const linesOf = (trace: readonly TraceLine[], steps: readonly string[]): string[] =>
  steps
    .flatMap((step) => trace.filter((line) => line.step === step).sort((a, b) => phase(a) - phase(b)))
    .map(({ step, side, direction, what }) => `${step}: ${side} ${direction} ${steady(what)}`)
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line))
    .slice(0, mostLines);

const armOf = (scenario: Scenario, result: Report['results'][number]): RecordedArm => {
  const cell = scenario.cells.find((each) => cellName(each) === recordedCell(scenario));
  const steps = cell === undefined ? [] : Object.keys(scenario.steps({ cell, model: () => 'a-model' }));
  return {
    arm: result.arm === 'symptom' ? 'symptom' : 'remedy',
    deviating: result.expectations.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id),
    lines: linesOf(result.trace ?? [], steps),
  };
};

/** Runs one cell of each scenario in both arms and keeps what was seen. @throws Error when an arm does not pass. */
export const recordExchanges = async (scenarios: readonly Scenario[]): Promise<readonly RecordedScenario[]> => {
  const chosen = new Map(scenarios.map((scenario) => [scenario.id, recordedCell(scenario)]));
  const report = await runSuite({
    scenarios,
    target: await referenceTarget(),
    arms: ['symptom', 'remedy'],
    only: ({ scenario, cell }) => cellName(cell) === chosen.get(scenario.id),
    keepTrace: true,
    seed: 7,
    runId: 'recorded',
  });
  const wrong = report.results.filter(({ verdict }) => verdict !== 'pass');
  if (wrong.length > 0) {
    throw new Error(`nothing is recorded, because not all pass: ${wrong.map(({ scenario, arm }) => `${scenario} (${arm})`).join(', ')}`);
  }
  return scenarios.map((scenario) => ({
    scenario: scenario.id,
    cell: recordedCell(scenario),
    arms: report.results.filter((result) => result.scenario === scenario.id).map((result) => armOf(scenario, result)),
  }));
};
