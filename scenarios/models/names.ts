import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answers,
  deviates,
  holds,
  inShort,
  mentions,
  reachedUpstream,
  refused,
  TOKEN,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

/** A model that nobody serves, another one in every run: nothing can have been prepared for it. */
export const nobodysModel = `wireproof-unknown-${TOKEN}`;

export const saidByUpstream = 'Wireproof says ok.';

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const textAt = (value: unknown, key: string): string | undefined => {
  const found = isTree(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
};

/** The ids of a list in OpenAI's, Anthropic's or Google's shape, without Google's `models/`; `undefined` when it is no list. */
export const listedIds = (sight: CallerSight): readonly string[] | undefined => {
  const body = isTree(sight.json) ? sight.json : {};
  if (sight.status !== 200) return undefined;
  const [data, models] = [body['data'], body['models']];
  if (Array.isArray(data)) return data.map((entry) => textAt(entry, 'id') ?? '');
  return Array.isArray(models) ? models.map((entry) => (textAt(entry, 'name') ?? '').replace(/^models\//, '')) : undefined;
};

/** Holds for a model list that is one and not empty. */
export const listsSomething = (sight: CallerSight): Reading =>
  (listedIds(sight) ?? []).length > 0 ? holds() : deviates({ expected: 'a model list', actual: inShort(sight) });

/** Whole ids are compared: `claude-x` is found inside `gemini-claude-x` by those who search for text (sheet R7 (e) 1). */
export const lists = (sight: CallerSight, id: string): Reading => {
  const ids = listedIds(sight);
  if (ids === undefined) return deviates({ expected: 'a model list', actual: inShort(sight) });
  return ids.includes(id) ? holds() : deviates({ expected: `a list with ${id}`, actual: ids });
};

/** Holds for a list that names something, and not this. */
export const doesNotList = (sight: CallerSight, matches: (id: string) => boolean, what: string): Reading => {
  const ids = listedIds(sight);
  if (ids === undefined || ids.length === 0) return deviates({ expected: 'a model list', actual: inShort(sight) });
  return ids.some(matches) ? deviates({ expected: `a list without ${what}`, actual: ids }) : holds();
};

/** The model as the caller wrote it, in the body or in Gemini's path, with the step's token in place. */
export const askedName = ({ probe: { path, body }, token }: CallerSight): string => {
  const inBody = body !== undefined && 'json' in body ? textAt(body.json, 'model') : undefined;
  const asked = inBody ?? decodeURIComponent(/\/models\/(.+):[a-zA-Z]+(?:\?|$)/.exec(path)?.[1] ?? '');
  return asked.replaceAll(TOKEN, token);
};

/** The model as the upstream was asked for it: in the body, or in Google's path. */
const sentName = ({ body, path }: UpstreamRequest): string =>
  textAt(body, 'model') ?? decodeURIComponent(/\/models\/(.+):[a-zA-Z]+$/.exec(path)?.[1] ?? '');

const sentNames = (sight: FullSight): string => [...new Set(sight.upstreamCalls.map(sentName))].join(', ') || 'no upstream request';

/** Holds when two steps made the upstream hear one name and the same. */
export const sendsTheSameName = (sight: FullSight, reference: FullSight): Reading => {
  const [ours, theirs] = [sentNames(sight), sentNames(reference)];
  return ours === theirs && sight.upstreamCalls.length > 0
    ? holds()
    : deviates({ expected: `upstream asked for ${theirs}, as for ${askedName(reference)}`, actual: ours });
};

/** Holds when the upstream was asked for the name behind the last slash. */
export const sendsTheBareName = (sight: FullSight): Reading => {
  const [sent, bare] = [sentNames(sight), askedName(sight).split('/').at(-1)];
  return sent === bare ? holds() : deviates({ expected: `upstream asked for ${bare}`, actual: sent });
};

const namedIn = (json: unknown): readonly string[] => {
  if (!isTree(json)) return [];
  const own = [textAt(json, 'model'), textAt(json, 'modelVersion')];
  const inner = [textAt(json['message'], 'model'), textAt(json['response'], 'model')];
  return [...own, ...inner].filter((name) => name !== undefined);
};

/** Holds when an answer names its model, and everywhere by the name that was asked for. */
export const carriesTheAskedName = (sight: CallerSight): Reading =>
  answers(sight, () => {
    const named = [...new Set([sight.json, ...sight.events.map(({ json }) => json)].flatMap(namedIn))];
    const asked = askedName(sight);
    return named.join() === asked ? holds() : deviates({ expected: `an answer of the model ${asked}`, actual: named });
  });

const literally = (text: string): RegExp => new RegExp(text.replace(/[\\^$.|?+*()[\]{}]/g, '\\$&'));

/** Holds for a refusal that says whose fault it is (400 or 404, the caller's dialect) and which name nobody serves. */
export const refusedByName = (sight: CallerSight): Reading =>
  refused(sight, sight.status === 400 ? 400 : 404, (error) => mentions(error, literally(askedName(sight))));

/** Holds when the name was refused and no upstream heard of it. */
export const refusedAtTheDoor = (sight: FullSight): Reading => allOf(refusedByName(sight), reachedUpstream(sight, 0));

/** Holds for a refusal that names a listed model that was probably meant. */
export const suggests = (sight: CallerSight, meant: string): Reading =>
  refused(sight, sight.status === 400 ? 400 : 404, (error) => mentions(error, literally(meant)));
