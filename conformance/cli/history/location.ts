/** Where the history is that a command line means. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { CanaryPlan } from '../../canary/config/canary-plan.ts';
import { ToolError } from '../../errors.ts';
import { isPostgresUrl } from '../../history/history-error.ts';
import type { CliIo } from '../io.ts';

type HistoryPlan = Pick<CanaryPlan, 'history' | 'retention'>;

export interface LocationFlags {
  readonly history?: string;
  readonly historyEnv?: string;
  readonly config?: string;
}

export interface FoundHistory {
  readonly location: string;
  /** Of a configuration. */
  readonly plan?: HistoryPlan;
}

const usualVariable = 'WIREPROOF_HISTORY';

/** Anybody on the machine can read the arguments of a process. */
const withoutPassword = (location: string): string => {
  if (!isPostgresUrl(location)) return location;
  const password = /^[^/]*\/\/[^/@]*:[^/@]*@/.test(location) || /[?&]password=/i.test(location);
  if (!password) return location;
  throw new ToolError('usage', 'a password is in the arguments, where everybody on this machine can read it', {
    hint: `put the URL into the environment: ${usualVariable}=postgres://…, or --history-env NAME`,
  });
};

const ofVariable = (name: string, { env }: CliIo): string => {
  const value = env[name]?.trim() ?? '';
  if (value !== '') return value;
  throw new ToolError('usage', `the environment has no ${name}`, { hint: 'it holds the path of the history, or its postgres:// URL' });
};

const planOf = async (config: string, { env, cwd }: CliIo): Promise<HistoryPlan> => {
  const { loadHistoryPlan } = await import('../../canary/config/load-history-plan.ts');
  return loadHistoryPlan(config, { env, cwd });
};

/** A question must not make an empty history where somebody mistyped a path. */
const existing = async (location: string, cwd: string): Promise<string> => {
  if (isPostgresUrl(location)) return location;
  const file = resolve(cwd, location);
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined) return file;
  throw new ToolError('history-unusable', 'there is no history', {
    problems: [
      {
        where: location,
        expected: 'the history of a canary',
        actual: 'no such file',
        hint: 'the canary makes it; see "history" in its configuration',
      },
    ],
  });
};

/** The file that `wireproof canary` would read here, where nothing else says which history is meant. */
const usualConfig = async ({ config, history, historyEnv }: LocationFlags, { cwd, env }: CliIo): Promise<string | undefined> => {
  if (config !== undefined || history !== undefined || historyEnv !== undefined || (env[usualVariable]?.trim() ?? '') !== '') return config;
  const { configNames } = await import('../../canary/config/read-config.ts');
  return configNames.find((name) => existsSync(join(cwd, name)));
};

/** @throws ToolError `usage`, `history-unusable`, or what is wrong with the configuration */
export const findHistory = async (flags: LocationFlags, io: CliIo): Promise<FoundHistory> => {
  const config = await usualConfig(flags, io);
  const plan = config === undefined ? undefined : await planOf(config, io);
  const location =
    flags.history !== undefined
      ? withoutPassword(flags.history)
      : flags.historyEnv !== undefined
        ? ofVariable(flags.historyEnv, io)
        : (plan?.history ?? io.env[usualVariable]?.trim() ?? '');
  if (location === '')
    throw new ToolError('usage', 'which history?', {
      hint: `give --history FILE, --config FILE, --history-env NAME, or set ${usualVariable}`,
    });
  return { location: await existing(location, io.cwd), ...(plan !== undefined && { plan }) };
};
