/** Whether there is room in windows of spending, and the sentence that says where there is none. */
import type { Amounts } from '../records.ts';
import type { SpendWindow } from '../store.ts';

export type Spending = Amounts & { readonly seconds: number };

export const noSpending: Spending = { requests: 0, inputTokens: 0, outputTokens: 0, seconds: 0, usd: 0 };

export const sumOf = (a: Spending, b: Spending): Spending => ({
  requests: a.requests + b.requests,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  seconds: a.seconds + b.seconds,
  usd: a.usd + b.usd,
});

const measures = [
  ['requests', 'requests'],
  ['inputTokens', 'input tokens'],
  ['outputTokens', 'output tokens'],
  ['seconds', 'seconds'],
  ['usd', 'US dollars'],
] as const satisfies readonly (readonly [keyof Spending, string])[];

/** Sums of fractions are not exact: a tenth three times is more than three tenths. */
const roundingError = 1e-9;

const figure = (value: number): string => String(Math.round(value * 1e6) / 1e6);
const scopeName = (scope: string): string => (scope === '*' ? 'all targets together' : `target "${scope}"`);

const sentence = ({ scope, span, ceilings, used }: SpendWindow, measure: keyof Spending, unit: string, wanted: number): string => {
  const ceiling = ceilings[measure] ?? 0;
  const left = Math.max(0, ceiling - used[measure]);
  const some = `${figure(wanted)} ${unit} may be needed`;
  if (ceiling === 0) return `${scopeName(scope)}: the ceiling of ${unit} per ${span} is 0, so nothing is sent (${some})`;
  return `${scopeName(scope)}: ${some}, and ${figure(left)} of ${figure(ceiling)} are left for this ${span} (UTC)`;
};

/** The first window that has no room for the worst case, as a sentence; `undefined` where all have. A ceiling of 0 has room for nothing. */
export const refusal = (uses: readonly SpendWindow[], worst: Spending): string | undefined => {
  for (const use of uses)
    for (const [measure, unit] of measures) {
      const ceiling = use.ceilings[measure];
      if (ceiling === undefined) continue;
      if (ceiling === 0 || use.used[measure] + worst[measure] > ceiling + roundingError)
        return sentence(use, measure, unit, worst[measure]);
    }
  return undefined;
};
