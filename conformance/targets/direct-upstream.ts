import { clientDialects, type ClientDialect } from '#scenarios/kit/cell';

import { ToolError } from '../errors.ts';
import { nearestHint } from '../nearest.ts';
import type { DirectUpstream, Profile, Target } from './target.ts';
import { checkedUrl } from './url-target.ts';

/** How a command line names the upstream behind a live target. */
export interface DirectFlag {
  /** `URL`, or `dialect=URL`; Chat Completions without a dialect. */
  readonly place: string;
  /** Environment variable with that upstream's key; a key is never taken from argv. */
  readonly keyEnv?: string;
}

const isDialect = (name: string): name is ClientDialect => (clientDialects as readonly string[]).includes(name);

const placeOf = (place: string): { readonly dialect: ClientDialect; readonly url: string } => {
  const [, named, url = place] = /^([a-z-]+)=(.*)$/i.exec(place) ?? [];
  const dialect = named ?? 'openai-chat';
  if (!isDialect(dialect)) {
    const problem = { where: '--direct', expected: 'URL or dialect=URL', actual: place, hint: nearestHint(dialect, clientDialects) };
    throw new ToolError('usage', 'there is no such dialect', { problems: [problem] });
  }
  return {
    dialect,
    url: checkedUrl(url, { what: 'the URL of --direct', variable: 'an environment variable, and its name into --direct-key-env' }),
  };
};

const keyFrom = (name: string, env: Readonly<Record<string, string | undefined>>): string => {
  const key = env[name]?.trim() ?? '';
  if (key !== '') return key;
  const problem = {
    where: '--direct-key-env',
    expected: `environment variable ${name}`,
    actual: 'not set, or empty',
    hint: `set it: export ${name}=…`,
  };
  throw new ToolError('missing-key', 'the key for the direct upstream is missing', { problems: [problem] });
};

/**
 * The upstream that a command line names, under the model names of the target's profile.
 * @throws ToolError `usage` for a dialect or URL that is none, `missing-key` for a variable that is not set
 */
export const directFromFlag = (flag: DirectFlag, profile: Profile, env: Readonly<Record<string, string | undefined>>): DirectUpstream => ({
  ...placeOf(flag.place),
  models: profile.models,
  ...(flag.keyEnv !== undefined && { key: keyFrom(flag.keyEnv, env) }),
});

/** The target with the upstream that the command line names. @throws ToolError as above, and `usage` for a target that is not live */
export const withDirect = (target: Target, flag: DirectFlag, env: Readonly<Record<string, string | undefined>>): Target => {
  if (target.url === undefined) {
    throw new ToolError('usage', `--direct goes with a live target; what ${target.name} asks of its upstream is seen anyway`, {
      hint: 'use it with --target https://… --arm canary',
    });
  }
  return { ...target, direct: directFromFlag(flag, target.profile, env) };
};
