import type { Cell } from '#scenarios/kit/cell';
import type { Probe } from '#scenarios/kit/probe';
import type { CallerSight } from '#scenarios/kit/sight';

import type { RunningTarget } from '../targets/target.ts';
import { curlLine, type CurlBody, type CurlLine } from '../transport/curl-line.ts';
import { bodyText, encodeBody, withToken } from '../transport/request-body.ts';
import { sentHeaders } from '../transport/sent-headers.ts';
import { hiding, shellWord, type ShellText } from '../transport/shell-text.ts';
import { showing } from '../transport/shown-key.ts';
import type { PlannedArm } from './plan.ts';
import type { ExpectationRecord, ResultRecord } from './records.ts';
import { isCredentialHeader, type Redact } from './redact.ts';
import type { ArmWorld, StepOutcome } from './steps.ts';

const keyVariable = 'WIREPROOF_KEY';
const urlVariable = 'WIREPROOF_URL';
/** Rows that send a crowd of requests need no line for each of them. */
const mostLines = 12;

/** Shorter ones would be found in ordinary text. */
const shortestKey = 8;

/** Stand-ins for secrets: plain letters, which neither a URL nor a header encodes. */
type Hidden = ReadonlyMap<string, string>;

const standIn = (variable: string): string => `standinfor${variable.replaceAll('_', '').toLowerCase()}here`;

interface HiddenHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly hidden: Hidden;
}

const withoutScheme = /^(Bearer\s+|Basic\s+)?/i;

/** A header of the target's own that is secret: the client's key, or whatever else a credential header holds. */
const secretOf = (name: string, value: string, key: string | undefined, redact: Redact) => {
  const bare = value.replace(withoutScheme, '');
  if (key !== undefined && (bare === key || (key.length >= shortestKey && value.includes(key))))
    return { secret: key, variable: keyVariable };
  if (isCredentialHeader(name) || redact(value) !== value) {
    return { secret: bare, variable: `WIREPROOF_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}` };
  }
  return undefined;
};

/** The headers with a stand-in for every secret. */
const hiddenHeaders = (headers: Readonly<Record<string, string>>, key: string | undefined, redact: Redact): HiddenHeaders => {
  const hidden = new Map(key === undefined ? [] : [[standIn(keyVariable), keyVariable]]);
  const entries = Object.entries(headers).map(([name, value]) => {
    const found = secretOf(name, value, key, redact);
    if (found === undefined || found.secret === '') return [name, value] as const;
    hidden.set(standIn(found.variable), found.variable);
    return [name, value.replaceAll(found.secret, standIn(found.variable))] as const;
  });
  return { headers: Object.fromEntries(entries), hidden };
};

const bodyOf = (probe: Probe, token: string, shell: (text: string) => ShellText): CurlBody | undefined => {
  const text = bodyText(probe, token);
  const { bytes } = encodeBody(probe, token);
  if (text === undefined || bytes === undefined) return undefined;
  return probe.encoding === 'identity' ? { bytes, text: shell(text) } : { bytes };
};

/** What a line is written for. */
export interface RepeatSetting {
  readonly target: RunningTarget;
  readonly cell: Cell;
  /** The target runs on after the run, so its address is worth telling. */
  readonly addressStays: boolean;
  readonly redact: Redact;
  /** A command that sends the request too. */
  readonly otherwise: string;
}

/** The line that sends again what was sent in one step. No secret of the target is in it. */
export const repeatLine = ({ probe, token }: Pick<CallerSight, 'probe' | 'token'>, setting: RepeatSetting): CurlLine => {
  const { target, cell, redact } = setting;
  const key = target.clientKey;
  const { headers, hidden } = hiddenHeaders(target.headers(cell), key, redact);
  const wanted = { path: target.path(cell, probe.path), headers };
  const shown = showing(probe.credential, key === undefined ? undefined : standIn(keyVariable), wanted);
  const known = key === undefined || key.length < shortestKey ? hidden : new Map([...hidden, [key, keyVariable]]);
  const shell = (text: string): ShellText =>
    [...known].reduce<ShellText>((rest, [secret, variable]) => hiding(rest, secret, variable), [text]);
  const url = new URL(`${target.url}${withToken(shown.path, token)}`);
  const path = shell(`${url.pathname}${url.search}`);
  const body = bodyOf(probe, token, shell);
  return curlLine({
    method: probe.method,
    url: setting.addressStays ? [url.origin, ...path] : [{ variable: urlVariable }, ...path],
    headers: Object.entries(sentHeaders(probe, encodeBody(probe, token).headers, shown.headers)).map(([name, value]) => [
      name,
      shell(value),
    ]),
    ...(body !== undefined && { body }),
    chunked: probe.framing === 'chunked' && body !== undefined,
    timeoutMs: probe.timeoutMs,
    otherwise: setting.otherwise,
  });
};

const repeatOf = (sight: CallerSight, setting: RepeatSetting): CurlLine =>
  sight.probe.action === undefined
    ? repeatLine(sight, setting)
    : { line: setting.otherwise, note: `${sight.probe.action.kind}: no single request` };

/** The steps that the checks read, and those that must come before them. */
const stepsBehind = ({ expectations, steps }: PlannedArm, checks: readonly string[]): ReadonlySet<string> => {
  const behind = new Set<string>();
  const add = (step: string): void => {
    if (behind.has(step)) return;
    behind.add(step);
    steps[step]?.after.forEach(add);
  };
  expectations.filter(({ id }) => checks.includes(id)).forEach((expectation) => expectation.steps.forEach(add));
  return behind;
};

type Seen = Extract<StepOutcome, { readonly kind: 'seen' }>;

/** What went against the arm, and `should` checks that deviate unforetold. */
const checksToRepeat = (records: readonly ExpectationRecord[], culprits: readonly string[]): readonly string[] => {
  const deviating = records.filter((record) => record.verdict === 'fail' && record.foretold !== true).map(({ id }) => id);
  return [...new Set([...culprits, ...deviating])];
};

interface Judged {
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
  readonly records: readonly ExpectationRecord[];
  /** Ids of what went against the arm. */
  readonly culprits: readonly string[];
  readonly redact: Redact;
}

/** Lines for the requests behind the checks that went wrong, in the order in which they were sent. At most 12. */
export const repeatsOf = (
  planned: PlannedArm,
  world: Pick<ArmWorld, 'target' | 'addressStays' | 'targetFlags'>,
  { outcomes, records, culprits, redact }: Judged,
): Pick<ResultRecord, 'repeat'> => {
  const checks = checksToRepeat(records, culprits);
  const behind = stepsBehind(planned, checks);
  const { scenario, cell, arm } = planned;
  const flags = (world.targetFlags ?? []).map((flag) => `${shellWord([flag])} `).join('');
  const otherwise = `wireproof run ${flags}--scenario ${scenario.id} --arm ${arm}`;
  const setting = { target: world.target, cell, addressStays: world.addressStays === true, redact, otherwise };
  const repeat = [...outcomes]
    .filter((entry): entry is [string, Seen] => entry[1].kind === 'seen' && behind.has(entry[0]))
    .sort(([, a], [, b]) => a.startedAt - b.startedAt)
    .slice(0, mostLines)
    .map(([step, { sight }]) => {
      const reading = planned.expectations.filter((each) => checks.includes(each.id) && each.steps.includes(step)).map(({ id }) => id);
      const { line, note } = repeatOf(sight, setting);
      return { step, checks: reading, curl: line, ...(note !== undefined && { note }) };
    });
  return repeat.length === 0 ? {} : { repeat };
};
