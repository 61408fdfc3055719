import type { Attributes, Context, HrTime, Link, Span, Tracer } from '@opentelemetry/api';

import type { CanaryTarget } from '../../canary/config/canary-plan.ts';
import type { Incident, ProbeResult, Round } from '../../history/records.ts';
import type { RoundWritten } from '../output.ts';
import type { Sdk } from './load-sdk.ts';
import { placeOfResult, placeOfRound, roundOfResult, type SpanPlace } from './span-ids.ts';

/** The SDK takes small numbers for times since the start of the process; pairs it takes as they are. */
const timeOf = (ms: number): HrTime => [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1e6)];

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

/** By the conventions for servers; the URL itself stays out. */
const serverOf = ({ url }: CanaryTarget): Attributes => {
  const parsed = new URL(url);
  return { 'server.address': parsed.hostname, 'server.port': portOf(parsed) };
};

const targetAttributes = (target: CanaryTarget): Attributes => ({
  ...serverOf(target),
  'wireproof.target.name': target.name,
  ...(target.region !== undefined && { 'wireproof.target.region': target.region }),
  ...Object.fromEntries(Object.entries(target.labels).map(([name, value]) => [`wireproof.target.label.${name}`, value])),
});

const failed = ({ verdict, known }: ProbeResult): boolean =>
  (verdict === 'fail' && known === undefined) || verdict === 'unreachable' || verdict === 'error';

/** `test.suite.run.status` of the conventions. */
const suiteStatus = ({ outcome }: Round, results: readonly ProbeResult[]): string => {
  if (outcome === 'not-run') return 'skipped';
  if (results.some(failed)) return 'failure';
  return outcome === 'stopped' ? 'aborted' : 'success';
};

const roundAttributes = ({ target, round, results, lagMs }: RoundWritten): Attributes => ({
  ...targetAttributes(target),
  'test.suite.name': round.target,
  'test.suite.run.status': suiteStatus(round, results),
  'wireproof.round.id': round.id,
  'wireproof.round.reason': round.reason,
  'wireproof.round.outcome': round.outcome,
  ...(round.cause !== undefined && { 'wireproof.round.cause': round.cause }),
  'wireproof.round.lag': lagMs / 1_000,
  'wireproof.location': round.location,
  'wireproof.spent.requests': round.spent.requests,
  'wireproof.spent.usd': round.spent.usd,
});

const probeAttributes = (target: CanaryTarget, result: ProbeResult, incidents: readonly Incident[]): Attributes => {
  const { verdict, fault, firstByteMs, known, evidence, spent } = result;
  return {
    ...serverOf(target),
    'test.case.name': result.scenario,
    ...((verdict === 'pass' || verdict === 'fail') && { 'test.case.result.status': verdict }),
    ...(failed(result) && { 'error.type': verdict }),
    'gen_ai.usage.input_tokens': spent.inputTokens,
    'gen_ai.usage.output_tokens': spent.outputTokens,
    'wireproof.result.id': result.id,
    'wireproof.row': String(result.row),
    'wireproof.verdict': verdict,
    'wireproof.warned': result.warned,
    'wireproof.known_failure': known !== undefined,
    ...(fault !== undefined && { 'wireproof.fault.at': fault.at }),
    ...(firstByteMs !== undefined && { 'wireproof.first_byte': firstByteMs / 1_000 }),
    ...(evidence !== undefined && { 'wireproof.checks.failed': evidence.checks.map(({ id }) => id) }),
    ...(incidents.length > 0 && { 'wireproof.incident.ids': incidents.map(({ id }) => id) }),
  };
};

/** Where an incident began. */
const beginningOf = ({ firstResult }: Incident): SpanPlace | undefined => {
  const round = roundOfResult(firstResult);
  return round === undefined ? undefined : placeOfResult(round, firstResult);
};

export interface SpanWorld {
  readonly api: Sdk['api'];
  readonly tracer: Tracer;
  /** The next span gets these ids. */
  readonly choose: (place: SpanPlace) => void;
}

const linksTo = (incidents: readonly Incident[], result: ProbeResult, { api }: SpanWorld): Link[] =>
  incidents.flatMap((incident) => {
    const place = beginningOf(incident);
    if (place === undefined || incident.firstResult === result.id) return [];
    return [{ context: { ...place, traceFlags: api.TraceFlags.SAMPLED }, attributes: { 'wireproof.incident.id': incident.id } }];
  });

const addProbe = (world: SpanWorld, { target, round, decision }: RoundWritten, result: ProbeResult, parent: Context): void => {
  const { api, tracer, choose } = world;
  const incidents = decision.incidents.filter(({ firstResult, lastResult }) => firstResult === result.id || lastResult === result.id);
  choose(placeOfResult(round.id, result.id));
  const span = tracer.startSpan(
    result.scenario,
    {
      kind: api.SpanKind.CLIENT,
      startTime: timeOf(result.at),
      attributes: probeAttributes(target, result, incidents),
      links: linksTo(incidents, result, world),
    },
    parent,
  );
  if (failed(result)) span.setStatus({ code: api.SpanStatusCode.ERROR, ...(result.reason !== undefined && { message: result.reason }) });
  span.end(timeOf(result.at + result.durationMs));
};

const addEvents = (span: Span, { decision }: RoundWritten): void => {
  for (const { kind, at, incident } of decision.events)
    span.addEvent(
      `wireproof.incident.${kind}`,
      {
        'wireproof.incident.id': incident.id,
        'wireproof.incident.rule': incident.rule,
        'wireproof.incident.severity': incident.severity,
        'wireproof.scenario': incident.scenario,
      },
      timeOf(at),
    );
};

/** A span for the round and one below it for each scenario that was asked. */
export const addRoundSpans = (world: SpanWorld, written: RoundWritten): void => {
  const { api, tracer, choose } = world;
  const { round, results } = written;
  choose(placeOfRound(round.id));
  const span = tracer.startSpan(
    'canary round',
    { kind: api.SpanKind.INTERNAL, startTime: timeOf(round.startedAt), attributes: roundAttributes(written) },
    api.ROOT_CONTEXT,
  );
  addEvents(span, written);
  const inside = api.trace.setSpan(api.ROOT_CONTEXT, span);
  for (const result of results) addProbe(world, written, result, inside);
  if (results.some(failed) || round.cause === 'error') {
    const message = round.note ?? `${results.filter(failed).length} of ${results.length} scenarios failed`;
    span.setStatus({ code: api.SpanStatusCode.ERROR, message });
  }
  span.end(timeOf(round.endedAt));
};
