/** What a plan says beside its targets. */
import { resolve } from 'node:path';

import { isCredentialHeader } from '../../engine/redact.ts';
import type { CanaryPlan } from './canary-plan.ts';
import { defaultRetention } from './defaults.ts';
import type { Form } from './form.ts';
import { fromVariable, secretFrom, type Surroundings } from './sources.ts';
import { ceilingsFrom } from './target-parts.ts';

type Said = Form['general'];

const usualLocation = 'local';
const locationName = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/;

const locationOf = ({ location }: Said, given: string | undefined, { findings }: Surroundings): string => {
  if (given !== undefined && !locationName.test(given)) {
    const expected = 'a name of at most 63 letters, digits, dots, dashes and underscores';
    findings.add([{ where: '--location', expected, actual: JSON.stringify(given.slice(0, 80)) }]);
  }
  return given ?? location ?? usualLocation;
};

const isDatabaseUrl = (text: string): boolean => /^postgres(?:ql)?:\/\//i.test(text);

const passwordIn = (url: string): string => (URL.canParse(url) ? decodeURIComponent(new URL(url).password) : '');

/** The place, and what of it must not be shown. */
const historyOf = ({ history }: Said, around: Surroundings): { readonly place: string; readonly secrets: readonly string[] } => {
  const said = typeof history === 'string' ? history : fromVariable(around, history.env, ['history', 'env']);
  if (said === undefined) return { place: '', secrets: [] };
  if (!isDatabaseUrl(said)) return { place: resolve(around.folder, said), secrets: [] };
  const password = passwordIn(said);
  if (typeof history === 'string' && password !== '') {
    around.findings.problem(
      ['history'],
      'an address without a password',
      'one with a password, not shown',
      'put it into a variable, and write history: { env: NAME }',
    );
  }
  return { place: said, secrets: password === '' ? [] : [said, password] };
};

const serveOf = async ({ serve }: Said, around: Surroundings): Promise<Pick<CanaryPlan, 'serve'>> => {
  if (serve === undefined) return {};
  const { host, port, title } = serve;
  const controlToken = await secretFrom(around, {
    variable: serve['control-token-env'],
    file: serve['control-token-file'],
    variablePath: ['serve', 'control-token-env'],
    filePath: ['serve', 'control-token-file'],
  });
  return { serve: { host, port, title, ...(controlToken !== undefined && { controlToken }) } };
};

const heartbeatOf = ({ heartbeat }: Said, around: Surroundings): Pick<CanaryPlan, 'heartbeat'> => {
  if (heartbeat === undefined) return {};
  const variable = heartbeat['url-env'];
  const url = variable === undefined ? heartbeat.url : fromVariable(around, variable, ['heartbeat', 'url-env']);
  if (url === undefined) return {};
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    around.findings.problem(['heartbeat', 'url-env'], `an http or https URL in ${variable ?? ''}`, 'something else, not shown');
  }
  return { heartbeat: { url, everyMs: heartbeat.every } };
};

const otlpOf = ({ otlp }: Said, around: Surroundings): Pick<CanaryPlan, 'otlp'> => {
  if (otlp === undefined) return {};
  for (const name of Object.keys(otlp.headers).filter(isCredentialHeader)) {
    around.findings.problem(
      ['otlp', 'headers', name],
      'no credential in the file',
      'a header that carries one, not shown',
      'name its variable under otlp.headers-env',
    );
  }
  const fromEnv = Object.entries(otlp['headers-env']).map(
    ([name, variable]) => [name, fromVariable(around, variable, ['otlp', 'headers-env', name]) ?? ''] as const,
  );
  return { otlp: { endpoint: otlp.endpoint.replace(/\/+$/, ''), headers: { ...otlp.headers, ...Object.fromEntries(fromEnv) } } };
};

const retentionOf = ({ retention = {} }: Said): CanaryPlan['retention'] => ({
  resultsMs: retention.results ?? defaultRetention.resultsMs,
  evidenceMs: retention.evidence ?? defaultRetention.evidenceMs,
  hoursMs: retention.hours ?? defaultRetention.hoursMs,
  daysMs: retention.days ?? defaultRetention.daysMs,
  incidentsMs: retention.incidents ?? defaultRetention.incidentsMs,
});

const secretsOf = (said: Said, made: Pick<CanaryPlan, 'serve' | 'heartbeat' | 'otlp'>): readonly string[] =>
  [
    made.serve?.controlToken,
    said.heartbeat?.['url-env'] === undefined ? undefined : made.heartbeat?.url,
    ...Object.keys(said.otlp?.['headers-env'] ?? {}).map((name) => made.otlp?.headers[name]),
  ].filter((secret) => secret !== undefined && secret !== '') as string[];

/** What one needs who only reads or prunes the history: where it is, and how long it is kept. */
export const historyPlan = (said: Said, around: Surroundings): Pick<CanaryPlan, 'history' | 'retention'> => ({
  history: historyOf(said, around).place,
  retention: retentionOf(said),
});

/** Everything of the plan but targets and destinations. Paths are taken from the configuration's folder. */
export const generalPlan = async (
  said: Said,
  around: Surroundings,
  location: string | undefined,
): Promise<Omit<CanaryPlan, 'targets' | 'destinations'>> => {
  const history = historyOf(said, around);
  const made = { ...(await serveOf(said, around)), ...heartbeatOf(said, around), ...otlpOf(said, around) };
  const pauseFile = said['pause-file'];
  return {
    ...made,
    budget: { hour: ceilingsFrom(said.budget?.hour), day: ceilingsFrom(said.budget?.day) },
    location: locationOf(said, location, around),
    history: history.place,
    retention: retentionOf(said),
    connectivity: said.connectivity,
    ...(pauseFile !== undefined && { pauseFile: resolve(around.folder, pauseFile) }),
    files: said.files.map(({ kind, directory }) => ({ kind, directory: resolve(around.folder, directory) })),
    secrets: [...history.secrets, ...secretsOf(said, made)],
  };
};
