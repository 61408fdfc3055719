import type { OauthAlias } from '../config/schema.ts';
import type { DeclaredThinking } from '../thinking/ability.ts';
import { matcherOf } from './wildcard.ts';

/** What the configuration says of a model to those who read lists. */
export interface Shown {
  readonly displayName?: string;
  /** In tokens. */
  readonly contextLength?: number;
}

/** A model as one credential offers it. */
export interface Offer {
  /** The name that clients use, without the credential's prefix. */
  readonly id: string;
  readonly upstreamModel: string;
  /** Whether answers must carry `id` instead of the upstream's name. */
  readonly forceName: boolean;
  /** What the entry says that the model can think with. */
  readonly thinking?: DeclaredThinking;
  readonly shown?: Shown;
}

/** A model that a credential could serve and must not, with the reason for people who ask why. */
export interface Withheld {
  readonly id: string;
  readonly upstreamModel: string;
  readonly because: string;
}

/** What became of a credential's models. */
export interface Offering {
  readonly offers: readonly Offer[];
  readonly withheld: readonly Withheld[];
}

interface Model {
  readonly name: string;
  readonly alias?: string | undefined;
  readonly 'force-mapping'?: boolean | undefined;
  readonly thinking?: DeclaredThinking | undefined;
  readonly 'display-name'?: string | undefined;
  readonly 'max-context-length'?: number | undefined;
}

/** Nothing where nothing is said. */
const shownBy = ({ 'display-name': displayName, 'max-context-length': contextLength }: Partial<Model>): { readonly shown?: Shown } => {
  const shown = { ...(displayName !== undefined && { displayName }), ...(contextLength !== undefined && { contextLength }) };
  return Object.keys(shown).length === 0 ? {} : { shown };
};

/** The models of an entry of config.yaml. Its exclusions are matched on what clients call them (sheet 1.3). */
export const offeredBy = (models: readonly Model[], exclusions: readonly string[] = []): Offering => {
  const all = models.map((model) => ({
    id: model.alias ?? model.name,
    upstreamModel: model.name,
    forceName: model['force-mapping'] === true && model.alias !== undefined,
    ...(model.thinking !== undefined && { thinking: model.thinking }),
    ...shownBy(model),
  }));
  return without(all, exclusions, ({ id }) => id);
};

/** Splits by patterns; `nameOf` says which of an offer's names they are matched on. */
const without = (offers: readonly Offer[], exclusions: readonly string[], nameOf: (offer: Offer) => string): Offering => {
  const patternOf = (offer: Offer): string | undefined => exclusions.find((pattern) => matcherOf([pattern])(nameOf(offer)));
  return {
    offers: offers.filter((offer) => patternOf(offer) === undefined),
    withheld: offers.flatMap((offer) => {
      const pattern = patternOf(offer);
      return pattern === undefined ? [] : [{ ...offer, because: `excluded by "${pattern}"` }];
    }),
  };
};

const renamed = (offer: Offer, aliases: readonly OauthAlias[]): Offering => {
  const mine = aliases.filter(({ name }) => name === offer.upstreamModel);
  const others = mine.map((alias) => ({
    id: alias.alias,
    upstreamModel: offer.upstreamModel,
    forceName: alias['force-mapping'],
    ...shownBy(alias),
  }));
  if (mine.every(({ fork }) => fork)) return { offers: [offer, ...others], withheld: [] };
  const names = others.map(({ id }) => `"${id}"`).join(', ');
  return { offers: others, withheld: [{ ...offer, because: `renamed to ${names} by an alias without fork` }] };
};

/** The models of an auth file: exclusions on the upstream's names first, then aliases; an original goes unless all its aliases fork. */
export const offeredByFile = (models: readonly string[], exclusions: readonly string[], aliases: readonly OauthAlias[]): Offering => {
  const all = models.map((name) => ({ id: name, upstreamModel: name, forceName: false }));
  const kept = without(all, exclusions, ({ upstreamModel }) => upstreamModel);
  const named = kept.offers.map((offer) => renamed(offer, aliases));
  return {
    offers: named.flatMap(({ offers }) => offers),
    withheld: [...kept.withheld, ...named.flatMap(({ withheld }) => withheld)],
  };
};
