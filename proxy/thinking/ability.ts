import type { DialectId } from '../ir/chat.ts';
import type { Ability } from './capability.ts';
import { families } from './families.ts';
import { levels, readLevel } from './levels.ts';

/** `models[].thinking` of the configuration. */
export interface DeclaredThinking {
  readonly levels?: readonly string[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly 'zero-allowed': boolean;
  readonly 'dynamic-allowed': boolean;
}

/** Which model of which provider. */
export interface ModelAt {
  readonly dialect: DialectId;
  readonly provider: string;
  /** The upstream's name, without suffix. */
  readonly model: string;
}

/** What an operator declares. `none` and `auto` among the levels say that thinking can be off, and that it can be dynamic. */
export const declaredCapability = (declared: DeclaredThinking): Ability => {
  const words = (declared.levels ?? []).map((word) => word.toLowerCase());
  const known = new Set(words.flatMap((word) => readLevel(word) ?? []));
  const offered = levels.filter((level) => level !== 'none' && known.has(level));
  const { min = 0, max } = declared;
  if (offered.length === 0 && max === undefined) return 'unknown';
  return {
    ...(max !== undefined && { budget: { least: Math.min(min, max), most: max } }),
    ...(offered.length > 0 && { levels: offered }),
    zero: declared['zero-allowed'] || words.includes('none'),
    dynamic: declared['dynamic-allowed'] || words.includes('auto'),
  };
};

/** What the model can, by the operator's declaration, else by its name at its provider (sheet row 12 (e) 5). */
export const abilityOf = ({ dialect, provider, model }: ModelAt, declared?: DeclaredThinking): Ability => {
  if (declared !== undefined) return declaredCapability(declared);
  const family = families.find(
    ({ dialects, providers, models }) =>
      (dialects === undefined || dialects.includes(dialect)) &&
      (providers === undefined || providers.includes(provider)) &&
      models.test(model),
  );
  return family?.ability ?? 'unknown';
};
