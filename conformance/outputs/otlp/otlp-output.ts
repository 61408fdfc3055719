import type { Resource } from '@opentelemetry/resources';

import type { CanaryClock } from '../../canary/clock.ts';
import type { CanaryPlan } from '../../canary/config/canary-plan.ts';
import type { PatientStore } from '../../history/patient/keep-trying.ts';
import { liveUserAgent, toolAbout } from '../../package-root.ts';
import { inTime } from '../deliveries/in-time.ts';
import { createObserver } from '../observed.ts';
import type { Output } from '../output.ts';
import { loadSdk, type Sdk } from './load-sdk.ts';
import { roundInstruments, standingInstruments } from './round-instruments.ts';
import { addRoundSpans } from './round-spans.ts';
import { chosenIds } from './span-ids.ts';
import { toldExports } from './told-exports.ts';

export interface OtlpOptions {
  readonly otlp: NonNullable<CanaryPlan['otlp']>;
  /** In force now. */
  readonly plan: () => CanaryPlan;
  readonly store: PatientStore;
  readonly clock: CanaryClock;
  readonly tell: (line: string) => void;
  /** One export, with its retries, lasts no longer. */
  readonly exportWithinMs?: number;
}

/** Spans that wait to be sent. A round that has no room is left out as a whole. */
const mostSpans = 10_000;
const spansAtOnce = 500;
const sendAfterMs = 2_000;
const usualExportMs = 5_000;
const metricsEveryMs = 60_000;
const closesWithinMs = 8_000;

const scope = 'wireproof';

const exporterSettings = ({ otlp: { endpoint, headers }, exportWithinMs = usualExportMs }: OtlpOptions, signal: 'traces' | 'metrics') => ({
  url: `${endpoint}/v1/${signal}`,
  headers: { ...headers },
  timeoutMillis: exportWithinMs,
  userAgent: liveUserAgent(),
});

/** An address may hold a name with its password, or a key behind the `?`. */
const shownAddress = ({ endpoint }: OtlpOptions['otlp']): string => {
  const { origin, pathname } = new URL(endpoint);
  return `${origin}${pathname}`.replace(/\/$/, '');
};

interface Signal {
  readonly onRound: Output['onRound'];
  readonly shutdown: () => Promise<void>;
}

const traces = ({ api, trace, traceExporter }: Sdk, resource: Resource, options: OtlpOptions): Signal => {
  const { otlp, tell, exportWithinMs = usualExportMs } = options;
  const exports = toldExports(`traces to ${shownAddress(otlp)}`, tell);
  let waiting = 0;
  const exporter = exports.watch(new traceExporter.OTLPTraceExporter(exporterSettings(options, 'traces')), (spans) => {
    waiting -= spans.length;
  });
  const ids = chosenIds();
  const provider = new trace.TracerProvider({
    resource,
    idGenerator: ids.generator,
    sampler: new trace.AlwaysOnSampler(),
    spanProcessors: [
      new trace.BatchSpanProcessor({
        exporter,
        maxQueueSize: mostSpans,
        maxExportBatchSize: spansAtOnce,
        scheduledDelayMillis: sendAfterMs,
        exportTimeoutMillis: exportWithinMs,
      }),
    ],
  });
  const world = { api, tracer: provider.getTracer(scope), choose: ids.choose };
  return {
    onRound: (written) => {
      const spans = written.results.length + 1;
      if (waiting + spans > mostSpans) return exports.missed('it is slower than the rounds');
      waiting += spans;
      addRoundSpans(world, written);
    },
    shutdown: () => provider.shutdown(),
  };
};

const metrics = ({ metrics, metricExporter }: Sdk, resource: Resource, options: OtlpOptions): Signal => {
  const { otlp, tell, store, exportWithinMs = usualExportMs } = options;
  const exports = toldExports(`metrics to ${shownAddress(otlp)}`, tell);
  const exporter = exports.watch(new metricExporter.OTLPMetricExporter(exporterSettings(options, 'metrics')));
  const reader = new metrics.PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: metricsEveryMs,
    exportTimeoutMillis: exportWithinMs,
  });
  const provider = new metrics.MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter(scope);
  standingInstruments(meter, createObserver(options), () => store.condition());
  return { onRound: roundInstruments(meter), shutdown: () => provider.shutdown() };
};

/**
 * Traces and metrics to an OpenTelemetry collector, over HTTP. What waits is bounded; a collector that is away is told of once.
 * @throws ToolError `package-missing` where the OpenTelemetry packages are not installed
 */
export const otlpOutput = async (options: OtlpOptions): Promise<Output> => {
  const sdk = await loadSdk();
  const { name, version } = toolAbout();
  const resource = sdk.resources.resourceFromAttributes({
    'service.name': `${name}-canary`,
    'service.version': version,
    'wireproof.location': options.plan().location,
  });
  const signals = [traces(sdk, resource, options), metrics(sdk, resource, options)];
  return {
    name: 'otlp',
    onRound: (written) => {
      for (const signal of signals) void signal.onRound(written);
    },
    close: () => inTime(options.clock, closesWithinMs, Promise.allSettled(signals.map((signal) => signal.shutdown()))),
  };
};
