import { rowName } from '#scenarios/kit/page-row';

import type { ExpectationRecord, RepeatRecord, ResultRecord, TraceLine } from '../engine/records.ts';
import { printable, shortened, valueText } from './printable.ts';
import { surprises } from './words.ts';

/** Enough to see what a message is about; the JSON report has more of it. */
const longestTraceText = 240;

/** Lines about one expectation: id, level, side, expected, actual, evidence, who is at fault. */
export const expectationLines = ({ id, level, side, expected, actual, evidence, attribution }: ExpectationRecord): readonly string[] => [
  `${level} ${side} ${printable(id)}`,
  `  expected  ${valueText(expected)}`,
  `  actual    ${valueText(actual)}`,
  ...(evidence === undefined ? [] : [`  evidence  ${shortened(printable(evidence))}`]),
  ...(attribution === undefined ? [] : [`  at fault  ${attribution.at}: ${shortened(printable(attribution.because))}`]),
];

const traceText =
  (stepWidth: number) =>
  ({ atMs, side, direction, step, what }: TraceLine): string =>
    [
      atMs.toFixed(1).padStart(9),
      side.padEnd(8),
      direction.padEnd(8),
      printable(step).padEnd(stepWidth),
      shortened(printable(what), longestTraceText),
    ].join('  ');

/** The wire trace, a line per event with its time in milliseconds. Empty when the result has none. */
export const traceLines = ({ trace = [] }: ResultRecord): readonly string[] => {
  if (trace.length === 0) return [];
  const stepWidth = Math.max(...trace.map(({ step }) => printable(step).length));
  return ["wire trace (ms after the step's first byte left)", ...trace.map(traceText(stepWidth))];
};

/** The page's terms for what was seen. Empty when the result has no diagnosis. */
export const diagnosisLines = ({ diagnosis }: ResultRecord): readonly string[] =>
  diagnosis === undefined
    ? []
    : [
        `diagnosis (${rowName(diagnosis.row)})`,
        `  symptom      ${printable(diagnosis.symptom)}`,
        `  cause        ${printable(diagnosis.cause)}`,
        `  check        ${printable(diagnosis.check)}`,
        `  remediation  ${printable(diagnosis.remediation)}`,
      ];

export const knownFailureLines = ({ knownFailure }: ResultRecord): readonly string[] =>
  knownFailure === undefined
    ? []
    : [`known failure: ${printable(knownFailure.reason)} (${printable(knownFailure.owner)}, until ${printable(knownFailure.expires)})`];

/** Everything about one failed result except the diagnosis, which its siblings share. */
export const failureLines = (result: ResultRecord): readonly string[] => [
  ...knownFailureLines(result),
  ...(result.reason === undefined ? [] : [`reason: ${printable(result.reason)}`]),
  ...surprises(result).flatMap(expectationLines),
  ...traceLines(result),
];

/** `ask, for the-caller-gets-200`; a step that is only a condition says so. */
export const repeatTitle = ({ step, checks }: RepeatRecord): string =>
  checks.length === 0 ? `${step}, which comes before` : `${step}, for ${checks.join(', ')}`;

/** `curl` lines that send the requests behind the failed checks again. Empty when the result has none. */
export const repeatLines = ({ repeat = [] }: ResultRecord): readonly string[] =>
  repeat.length === 0
    ? []
    : [
        'repeat by hand',
        ...repeat.flatMap((each) => [
          `  ${printable(repeatTitle(each))}`,
          `    ${printable(each.curl)}`,
          ...(each.note === undefined ? [] : [`    ${printable(each.note)}`]),
        ]),
      ];
