import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

import { loadScenarios } from '#scenarios/catalogue';

import { loadCanaryPlan } from '../canary/config/load-canary-plan.ts';
import { toolAbout } from '../package-root.ts';
import { command } from './commands/canary.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url));
const read = (path: string): string => readFileSync(at(path), 'utf8');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-deploy-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The flags of a command line, as our own parser takes them; it throws for one that is not known. */
const flagsOf = ([name, ...args]: readonly string[]): Readonly<Record<string, unknown>> => {
  expect(name).toBe('canary');
  const parser = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  command.declare(parser);
  return parser.parse([...args], { from: 'user' }).opts();
};

const env = { PROXY_KEY: 'k', WIREPROOF_CONTROL_TOKEN: 'token', DATABASE_URL: 'postgres://wireproof:pw@postgres:5432/wireproof' };

const planOf = async (text: string) => {
  const file = join(folder, 'wireproof.canary.yaml');
  writeFileSync(file, text);
  return loadCanaryPlan(file, { env, cwd: '/', catalogue: await loadScenarios() });
};

const labels = z.strictObject({ 'app.kubernetes.io/name': z.literal('wireproof-canary') });
const name = z.string().regex(/^[a-z0-9-]+$/);
const metadata = z.strictObject({ name, labels: labels.optional() });
const quantity = z.string().regex(/^\d+(?:m|Mi|Gi)?$/);
const httpGet = (path: string) => z.strictObject({ path: z.literal(path), port: z.literal('http') });
const timing = { periodSeconds: z.int(), timeoutSeconds: z.int().optional(), failureThreshold: z.int().optional() };

/** The part of Kubernetes' own schemas that these manifests use: a misspelt key, which a cluster may ignore, fails here. */
const container = z.strictObject({
  name: z.literal('canary'),
  image: z.literal(`wireproof:${toolAbout().version}`),
  args: z.array(z.string()),
  envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name: z.literal('wireproof') }) })).length(1),
  ports: z.array(z.strictObject({ name: z.literal('http'), containerPort: z.literal(9464) })).optional(),
  startupProbe: z.strictObject({ httpGet: httpGet('/-/healthy'), ...timing }).optional(),
  livenessProbe: z.strictObject({ httpGet: httpGet('/-/healthy'), ...timing }).optional(),
  readinessProbe: z.strictObject({ httpGet: httpGet('/-/ready'), ...timing }).optional(),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: quantity, memory: quantity }),
    limits: z.strictObject({ memory: quantity }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.tuple([
    z.strictObject({ name: z.literal('config'), mountPath: z.literal('/etc/wireproof'), readOnly: z.literal(true) }),
    z.strictObject({ name: z.literal('tmp'), mountPath: z.literal('/tmp') }),
  ]),
});

const pod = z.strictObject({
  metadata: z.strictObject({ labels }),
  spec: z.strictObject({
    restartPolicy: z.literal('Never').optional(),
    automountServiceAccountToken: z.literal(false),
    terminationGracePeriodSeconds: z.int().optional(),
    securityContext: z.strictObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.int(),
      runAsGroup: z.int(),
      seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
    }),
    containers: z.tuple([container]),
    volumes: z.tuple([
      z.strictObject({ name: z.literal('config'), configMap: z.strictObject({ name: z.literal('wireproof-canary') }) }),
      z.strictObject({ name: z.literal('tmp'), emptyDir: z.strictObject({ sizeLimit: quantity }) }),
    ]),
  }),
});

const cronJob = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('CronJob'),
  metadata,
  spec: z.strictObject({
    schedule: z.string(),
    timeZone: z.literal('Etc/UTC'),
    concurrencyPolicy: z.literal('Forbid'),
    startingDeadlineSeconds: z.int(),
    successfulJobsHistoryLimit: z.int(),
    failedJobsHistoryLimit: z.int(),
    jobTemplate: z.strictObject({
      spec: z.strictObject({ backoffLimit: z.literal(0), activeDeadlineSeconds: z.int(), template: pod }),
    }),
  }),
});

const deployment = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.strictObject({ replicas: z.int(), selector: z.strictObject({ matchLabels: labels }), template: pod }),
});

const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    selector: labels,
    ports: z.tuple([z.strictObject({ name: z.literal('http'), port: z.literal(9464), targetPort: z.literal('http') })]),
  }),
});

const configMap = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata,
  data: z.strictObject({ 'wireproof.canary.yaml': z.string() }),
});

const documents = (path: string): readonly unknown[] => parseAllDocuments(read(path)).map((document) => document.toJS() as unknown);

describe('deploy/kubernetes', () => {
  it('has a configuration that is in order, on PostgreSQL, served where the probes look', async () => {
    const map = configMap.parse(documents('kubernetes/config.yaml')[0]);
    const { history, serve, warnings } = await planOf(map.data['wireproof.canary.yaml']);
    expect([history, serve, warnings]).toEqual([
      env.DATABASE_URL,
      { host: '0.0.0.0', port: 9464, title: 'Canary', controlToken: 'token' },
      [],
    ]);
  });

  it('has a CronJob that asks once and does not ask again by itself', () => {
    const { spec } = cronJob.parse(documents('kubernetes/cronjob.yaml')[0]);
    expect(flagsOf(spec.jobTemplate.spec.template.spec.containers[0].args)).toMatchObject({
      config: '/etc/wireproof/wireproof.canary.yaml',
      once: true,
      serve: false,
    });
  });

  it('has a Deployment of workers with all probes, and a Service', () => {
    const [first, second] = documents('kubernetes/deployment.yaml');
    const [{ args, ports, ...probes }] = deployment.parse(first).spec.template.spec.containers;
    expect(flagsOf(args)).toMatchObject({ config: '/etc/wireproof/wireproof.canary.yaml', worker: true, location: 'cluster', serve: true });
    expect([ports?.length, Object.keys(probes).filter((key) => key.endsWith('Probe'))]).toEqual([
      1,
      ['startupProbe', 'livenessProbe', 'readinessProbe'],
    ]);
    expect(service.parse(second).metadata.name).toBe('wireproof-canary');
  });
});

describe('deploy/compose', () => {
  const compose = z.strictObject({
    name: z.string(),
    services: z.strictObject({
      postgres: z.looseObject({ environment: z.record(z.string(), z.string()) }),
      canary: z.looseObject({
        command: z.array(z.string()),
        environment: z.record(z.string(), z.string()),
        healthcheck: z.looseObject({ test: z.array(z.string()) }),
      }),
      second: z.looseObject({ command: z.array(z.string()), read_only: z.literal(true), ports: z.array(z.string()).length(0) }),
    }),
    volumes: z.strictObject({ history: z.strictObject({}) }),
  });

  it('starts workers with flags that there are, on a database that waits for them', () => {
    const { canary, second, postgres } = compose.parse(parse(read('compose/compose.yaml'), { merge: true })).services;
    expect(flagsOf(canary.command)).toMatchObject({ worker: true, location: 'here', serve: true });
    expect(flagsOf(second.command)).toMatchObject({ worker: true, location: 'here', serve: false });
    expect(canary.environment['DATABASE_URL']).toBe('postgres://wireproof:${POSTGRES_PASSWORD}@postgres:5432/wireproof');
    expect([postgres.environment['POSTGRES_USER'], postgres.environment['POSTGRES_DB'], canary['image']]).toEqual([
      'wireproof',
      'wireproof',
      `wireproof:${toolAbout().version}`,
    ]);
    expect(canary.healthcheck.test.at(-1)).toContain('/-/healthy');
  });

  it('has a configuration that is in order', async () => {
    const { history, location, warnings } = await planOf(read('compose/wireproof.canary.yaml'));
    expect([history, location, warnings]).toEqual([env.DATABASE_URL, 'here', []]);
  });
});

it('deploy/Dockerfile installs this version', () => {
  expect(read('Dockerfile')).toContain(`wireproof@${toolAbout().version} `);
});

describe('deploy/systemd', () => {
  const units = ['wireproof-canary.service', 'wireproof-canary-once.service', 'wireproof-canary-once.timer'];
  const commandOf = (unit: string): readonly string[] =>
    (/^ExecStart=\/usr\/bin\/wireproof (.*)$/m.exec(read(`systemd/${unit}`))?.[1] ?? '').split(' ');

  it('has a daemon, and a timer for single rounds, with flags that there are', () => {
    expect(readdirSync(at('systemd')).sort()).toEqual([...units].sort());
    expect(flagsOf(commandOf('wireproof-canary.service'))).toMatchObject({ config: '/etc/wireproof/wireproof.canary.yaml', serve: true });
    expect(flagsOf(commandOf('wireproof-canary-once.service'))).toMatchObject({ once: true, serve: false });
  });

  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  if (!hasSystemd) process.stderr.write('systemd-analyze is not here: the units of deploy/systemd are not verified\n');

  it.runIf(hasSystemd || process.env['CI'] === 'true')('is in order as systemd reads it', () => {
    for (const unit of units) {
      // Verification wants the program to exist, which is installed elsewhere.
      writeFileSync(join(folder, unit), read(`systemd/${unit}`).replaceAll('/usr/bin/wireproof', '/bin/true'));
    }
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units.map((unit) => join(folder, unit))], {
      encoding: 'utf8',
    });
    expect([stderr.split('\n').filter((line) => line.includes('wireproof-canary')), status]).toEqual([[], 0]);
  });
});
