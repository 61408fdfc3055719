import type { ExpectationRecord, ResultRecord } from '../../engine/records.ts';
import type { Redact } from '../../engine/redact.ts';
import type { Evidence } from '../../history/records.ts';

const mostBytes = 16 * 1024;
const mostChecks = 12;
const longestText = 1_000;
const longestCurl = 3_000;
const mostLines = 40;
const longestLine = 200;

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

const wentWrong = ({ verdict }: ExpectationRecord): boolean => verdict === 'fail' || verdict === 'error' || verdict === 'unreachable';

type Check = Evidence['checks'][number];

const checkOf = (record: ExpectationRecord, redact: Redact): Check => {
  const { id, level, expected, actual, evidence, reason } = record;
  const told = evidence ?? reason;
  return {
    id,
    level,
    ...(expected !== undefined && { expected: cut(redact(asText(expected)), longestText) }),
    ...(actual !== undefined && { actual: cut(redact(asText(actual)), longestText) }),
    ...(told !== undefined && { evidence: cut(redact(told), longestText) }),
  };
};

const lineOf = ({ atMs, side, direction, step, what }: NonNullable<ResultRecord['trace']>[number], redact: Redact): string =>
  cut(redact(`${atMs.toFixed(0)} ms ${side} ${direction} [${step}] ${what}`), longestLine);

const bytesOf = (evidence: Evidence): number => Buffer.byteLength(JSON.stringify(evidence));

/** Leaves out what is dearest and tells least, until it fits. */
const fitting = (evidence: Evidence): Evidence => {
  const { trace, curl, ...rest } = evidence;
  const smaller: readonly Evidence[] = [
    evidence,
    { ...evidence, ...(trace && { trace: trace.slice(0, 10) }), truncated: true },
    { ...rest, ...(curl !== undefined && { curl }), truncated: true },
    { ...rest, truncated: true },
    { checks: rest.checks.slice(0, 1), truncated: true },
  ];
  return smaller.find((each) => bytesOf(each) <= mostBytes) ?? { checks: [], truncated: true };
};

/** What went wrong, redacted, as at most 16 KiB of JSON; nothing where all is well. */
export const evidenceOf = (record: ResultRecord, redact: Redact): Evidence | undefined => {
  const wrong = record.expectations.filter(wentWrong);
  if (wrong.length === 0) return undefined;
  const curl = record.repeat?.find(({ checks }) => checks.length > 0)?.curl ?? record.repeat?.[0]?.curl;
  const truncated = wrong.length > mostChecks || (record.trace?.length ?? 0) > mostLines;
  return fitting({
    checks: wrong.slice(0, mostChecks).map((each) => checkOf(each, redact)),
    ...(curl !== undefined && { curl: cut(redact(curl), longestCurl) }),
    ...(record.trace !== undefined && { trace: record.trace.slice(0, mostLines).map((line) => lineOf(line, redact)) }),
    ...(truncated && { truncated: true as const }),
  });
};
