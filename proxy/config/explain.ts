import type { ParsedConfig } from './parse.ts';
import type { ConfigProblem } from './problem.ts';
import { describeProblem } from './problem.ts';

/** What `wireproof proxy --check` says of a configuration. Holds no secret. */
export interface ConfigExplanation {
  readonly ok: boolean;
  readonly config: string;
  readonly problems: readonly ConfigProblem[];
  readonly listens?: { readonly host: string; readonly port: number; readonly tls: boolean };
  readonly persona?: string;
  /** Client keys by the names that logs call them; none: the proxy is open to everybody. */
  readonly clients?: readonly string[];
  readonly credentials?: readonly ExplainedCredential[];
  readonly models?: readonly string[];
  readonly management?: ExplainedManagement;
  readonly readOnly?: readonly ExplainedPlace[];
  readonly warnings?: readonly string[];
  readonly notices?: readonly string[];
}

export interface ExplainedCredential {
  readonly id: string;
  readonly provider: string;
  readonly baseUrl: string;
}

export interface ExplainedManagement {
  readonly enabled: boolean;
  readonly from: 'nobody' | 'this machine' | 'everywhere';
  readonly writesPersist: boolean;
}

export interface ExplainedPlace {
  readonly what: string;
  readonly path: string;
  readonly code: string;
  readonly meaning: string;
}

/** What only the running parts can tell. */
export interface ExplainedParts {
  readonly config: string;
  readonly clients: readonly string[];
  readonly credentials: readonly ExplainedCredential[];
  readonly models: readonly string[];
  readonly readOnly: readonly ExplainedPlace[];
  readonly warnings: readonly string[];
}

const managementOf = ({ config }: ParsedConfig, readOnly: readonly ExplainedPlace[]): ExplainedManagement => {
  const { 'secret-key': secret, 'allow-remote': remote } = config['remote-management'];
  const from = secret === '' ? 'nobody' : remote ? 'everywhere' : 'this machine';
  return { enabled: secret !== '', from, writesPersist: !readOnly.some(({ what }) => what === 'config file') };
};

export const explainConfig = (parsed: ParsedConfig, parts: ExplainedParts): ConfigExplanation => {
  const { host, port, tls, persona } = parsed.config;
  const { config, clients, credentials, models, readOnly, warnings } = parts;
  return {
    ok: true,
    config,
    problems: [],
    listens: { host: host === '' ? 'all addresses' : host, port, tls: tls.enable },
    persona,
    clients,
    credentials,
    models,
    management: managementOf(parsed, readOnly),
    readOnly,
    warnings,
    notices: parsed.notices,
  };
};

export const explainProblems = (config: string, problems: readonly ConfigProblem[]): ConfigExplanation => ({ ok: false, config, problems });

const block = (title: string, lines: readonly string[], none: string): string =>
  lines.length === 0 ? `${title}: ${none}\n` : `${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`;

const managementLine = ({ enabled, from, writesPersist }: ExplainedManagement): string =>
  enabled
    ? `answers ${from === 'everywhere' ? 'from everywhere' : 'from this machine only'}; writes ${writesPersist ? 'go to the file' : 'last until the next start only'}`
    : 'switched off (404), because remote-management.secret-key is empty';

/** The explanation for people. */
export const explanationText = (explanation: ConfigExplanation): string => {
  const { ok, config, problems, listens, persona, clients, credentials, models, management, readOnly, warnings, notices } = explanation;
  if (!ok)
    return `${config}: ${problems.length} problem${problems.length === 1 ? '' : 's'}\n${problems.map((one) => `  ${describeProblem(one)}\n`).join('')}`;
  return [
    `${config}: in order\n`,
    `listens on: ${listens?.tls === true ? 'https' : 'http'}, ${listens?.host ?? ''} port ${listens?.port ?? ''}\n`,
    `persona: ${persona ?? ''}\n`,
    block('client keys', clients ?? [], 'none, so everybody may use it'),
    block(
      'credentials',
      (credentials ?? []).map(({ id, provider, baseUrl }) => `${id} (${provider}) at ${baseUrl}`),
      'none',
    ),
    block('models', models ?? [], 'none'),
    `management: ${management === undefined ? '' : managementLine(management)}\n`,
    block(
      'not writable',
      (readOnly ?? []).map(({ what, path, code, meaning }) => `${what} ${path} (${code}): ${meaning}`),
      'nothing',
    ),
    block('warnings', warnings ?? [], 'none'),
    block('without effect', notices ?? [], 'nothing'),
  ].join('');
};
