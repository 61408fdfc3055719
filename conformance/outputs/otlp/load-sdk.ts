import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type * as api from '@opentelemetry/api';
import type * as resources from '@opentelemetry/resources';
import type * as metrics from '@opentelemetry/sdk-metrics';
import type * as trace from '@opentelemetry/sdk-trace';
import type * as metricExporter from '@opentelemetry/exporter-metrics-otlp-http';
import type * as traceExporter from '@opentelemetry/exporter-trace-otlp-http';

import { ToolError } from '../../errors.ts';
import { packageRoot } from '../../package-root.ts';

/** The OpenTelemetry packages. Their types cost nothing; they themselves are loaded where `otlp` is configured. */
export interface Sdk {
  readonly api: typeof api;
  readonly resources: typeof resources;
  readonly metrics: typeof metrics;
  readonly trace: typeof trace;
  readonly metricExporter: typeof metricExporter;
  readonly traceExporter: typeof traceExporter;
}

const importSdk = async (): Promise<Sdk> => {
  const [api, resources, metrics, trace, metricExporter, traceExporter] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  return { api, resources, metrics, trace, metricExporter, traceExporter };
};

const installLine = (): string => {
  const { peerDependencies = {} } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    readonly peerDependencies?: Readonly<Record<string, string>>;
  };
  const wanted = Object.entries(peerDependencies).filter(([name]) => name.startsWith('@opentelemetry/'));
  return `npm install ${wanted.map(([name, range]) => `'${name}@${range}'`).join(' ')}`;
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND');

/**
 * They are optional peers: most canaries need none of them.
 * @throws ToolError `package-missing`, with the line that installs them
 */
export const loadSdk = async (load: () => Promise<Sdk> = importSdk): Promise<Sdk> => {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new ToolError('package-missing', '`otlp` is configured, and the OpenTelemetry packages are not installed', {
      hint: installLine(),
      cause,
    });
  }
};
