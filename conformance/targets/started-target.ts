import { dirname } from 'node:path';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';

import { ToolError } from '../errors.ts';
import { startChild, type Child } from './child-process.ts';
import { claimPort } from './free-port.ts';
import { installedPackage } from './npm-package.ts';
import { filled, type Values } from './placeholders.ts';
import { untilReady } from './readiness.ts';
import type { TargetFile } from './target-file-schema.ts';

export interface StartContext {
  readonly file: string;
  readonly target: TargetFile & { readonly start: NonNullable<TargetFile['start']> };
  /** Our environment: npm needs it, the target gets the little that any program needs. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cacheDir: string;
  readonly onProgress: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface Started {
  readonly values: Values;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const ordinary = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];

const defined = (env: StartContext['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** Our keys are none of the target's business. */
const childEnvironment = (context: StartContext, values: Values): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(defined(context.env)).filter(([name]) => ordinary.includes(name))),
  ...Object.fromEntries(
    Object.entries(context.target.start.env).map(([name, value]) => [name, filled(value, values, `${context.file} start.env.${name}`)]),
  ),
});

const portFor = async ({ target, file }: StartContext): Promise<number> => {
  const wanted = target.start.port ?? 0;
  try {
    return await claimPort(wanted);
  } catch (cause) {
    throw new ToolError('port-in-use', `port ${wanted} is taken`, {
      problems: [{ where: `${file} start.port`, expected: 'a free port', actual: String((cause as NodeJS.ErrnoException).code ?? cause) }],
      hint: 'leave start.port out to get a free one, or end the program that holds it',
      cause,
    });
  }
};

const checkVersion = ({ target, file }: StartContext): void => {
  const installed = target.start.npm?.slice(target.start.npm.lastIndexOf('@') + 1);
  if (installed === undefined || target.version === undefined || installed === target.version) return;
  throw new ToolError('target-file-invalid', `${file} says version ${target.version} and installs ${installed}`, {
    problems: [{ where: `${file} version`, expected: installed, actual: target.version }],
  });
};

const start = async (context: StartContext, values: Values): Promise<{ readonly child: Child; readonly url: string }> => {
  const { target, file } = context;
  const signal = context.signal && { signal: context.signal };
  const command = target.start.command.map((part, index) => filled(part, values, `${file} start.command.${index}`));
  const program = command[0] === 'node' ? [process.execPath, ...command.slice(1)] : command;
  const child = startChild({ command: program, env: childEnvironment(context, values) });
  const url = `http://127.0.0.1:${values.port}`;
  const { path, status, 'within-seconds': seconds } = target.ready;
  try {
    await untilReady(target.name, url, child, { path, ...(status !== undefined && { status }), withinMs: seconds * 1000, ...signal });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { child, url };
};

/**
 * Installs (when asked), starts and awaits a target that a file describes.
 * @throws ToolError when the package cannot be installed, the port is taken, the program ends early or never gets ready.
 */
export const startFromFile = async (context: StartContext, upstream: MockUpstream | undefined): Promise<Started> => {
  checkVersion(context);
  const { npm } = context.target.start;
  const { cacheDir, onProgress } = context;
  const signal = context.signal && { signal: context.signal };
  const folder =
    npm === undefined ? undefined : await installedPackage({ spec: npm, cacheDir, env: defined(context.env), onProgress, ...signal });
  const port = await portFor(context);
  const values: Values = { port, here: dirname(context.file), upstream, ...(folder !== undefined && { package: folder }) };
  onProgress(`starting ${context.target.name} on port ${port}`);
  const { child, url } = await start(context, values);
  return { values, url, stop: child.stop };
};
