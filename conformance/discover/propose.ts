import type { SurfaceId } from '#fixtures/exchange';
import { capabilities } from '#scenarios/kit/capability';
import { clientDialects, type ClientDialect } from '#scenarios/kit/cell';
import { errorIn } from '#scenarios/kit/conversation';
import type { CallerSight } from '#scenarios/kit/sight';

import { hasNoEndpoint } from '../engine/claims.ts';
import type { Asked } from './asker.ts';
import { noSuchModel } from './questions.ts';
import { likelyUpstreams, readModels, type ListedName, type ModelList } from './read-models.ts';

/** A claim, and what was or was not seen of it. */
export interface ClaimNote {
  readonly claim: string;
  readonly because: string;
}

export interface Proposal {
  readonly claims: readonly ClaimNote[];
  /** Claims that these questions cannot or did not show; a person decides on them. */
  readonly notSeen: readonly ClaimNote[];
  readonly models: Readonly<Partial<Record<SurfaceId, string>>>;
  /** Every usable name of the target's list. */
  readonly listed: readonly string[];
  readonly notes: readonly string[];
}

type Sights = Readonly<Record<string, CallerSight | undefined>>;

const asksForKey = ({ status }: CallerSight): boolean => status === 401 || status === 403;

/** The answer without what it repeats of the question: its path and the model's name. */
const core = (sight: CallerSight): string => {
  const path = sight.probe.path.split('?', 1)[0] ?? '';
  return `${sight.status} ${sight.bodyText.replaceAll(path, '').replaceAll(noSuchModel, '').replaceAll(/\d+/g, '')}`;
};

const hasError = (sight: CallerSight): boolean =>
  errorIn(sight) !== undefined || (typeof sight.json === 'object' && sight.json !== null && 'error' in sight.json);

/** Why an answer does not show that there is an endpoint; `undefined` when it does. */
export const whyNoEndpoint = (sight: CallerSight | undefined, nowhere: CallerSight | undefined): string | undefined => {
  if (sight === undefined) return 'not asked';
  const { status, end } = sight;
  if (end !== 'complete') return `no answer (${end}${sight.errorCode === undefined ? '' : `, ${sight.errorCode}`})`;
  if (hasNoEndpoint(sight)) return `${status}: no such endpoint`;
  if (status < 400) return `${status} to a question that can only be refused`;
  if (asksForKey(sight)) return `${status}: the key is not taken where this dialect has it`;
  if (!hasError(sight)) return `${status} without an error that a client could read`;
  if (nowhere !== undefined && core(nowhere) === core(sight)) return `${status}, as for a path that does not exist`;
  return undefined;
};

const listIn = (sight: CallerSight | undefined): ModelList =>
  sight?.status === 200 && sight.end === 'complete' ? readModels(sight.json) : { names: [], whole: true };

const namesTheModel = (sight: CallerSight | undefined): boolean =>
  sight !== undefined && sight.status >= 400 && hasError(sight) && sight.bodyText.includes(noSuchModel);

interface Look {
  readonly sights: Sights;
  readonly hasKey: boolean;
  readonly listed: readonly ListedName[];
  readonly dialects: readonly ClientDialect[];
}

/** Why the claim is made, or, behind `not`, why it is not. */
type Finding = { readonly because: string } | { readonly not: string };

const clientKeys = ({ sights: { models, 'models-without-key': open }, hasKey }: Look): Finding => {
  const bare = hasKey ? open : models;
  if (bare === undefined || bare.end !== 'complete') return { not: 'GET /v1/models was not answered without a key' };
  if (asksForKey(bare)) return { because: `GET /v1/models without a key → ${bare.status}` };
  return { not: `GET /v1/models without a key → ${bare.status}` };
};

const modelRegistry = ({ sights, listed, dialects }: Look): Finding => {
  if (listed.length === 0) return { not: 'GET /v1/models lists nothing' };
  const refusing = dialects.find((dialect) => namesTheModel(sights[dialect]));
  if (refusing === undefined) return { not: 'no error of the target names the model that does not exist' };
  return {
    because: `${listed.length} models listed, an unknown one → ${sights[refusing]?.status}; whether an upstream was asked is not visible`,
  };
};

const compact = ({ sights: { compact: sight, nowhere, 'openai-responses': plain } }: Look): Finding => {
  const why = whyNoEndpoint(sight, nowhere);
  if (why !== undefined || sight === undefined) return { not: `POST /v1/responses/compact: ${why ?? ''}` };
  if (plain !== undefined && plain.status !== sight.status)
    return { not: `POST /v1/responses/compact → ${sight.status}, POST /v1/responses → ${plain.status}` };
  return { because: `POST /v1/responses/compact → ${sight.status}, refused as the same question at /v1/responses` };
};

const gzip = ({ sights: { gzip: sight, ...others } }: Look): Finding => {
  const plain = sight && others[sight.probe.dialect];
  if (sight === undefined || plain === undefined) return { not: 'not asked' };
  return sight.status === plain.status && sight.bodyText === plain.bodyText
    ? { because: `a gzip body is read as the plain one (${sight.status})` }
    : { not: `${sight.status} for a gzip body, ${plain.status} for the plain one` };
};

const metrics = ({ sights: { metrics: sight } }: Look): Finding => {
  if (sight === undefined) return { not: 'not asked' };
  const isObject = typeof sight.json === 'object' && sight.json !== null;
  const what = `GET /v1/metrics/providers → ${sight.status}`;
  return sight.status === 200 && sight.end === 'complete' && isObject ? { because: what } : { not: what };
};

const visible: Readonly<Record<string, (look: Look) => Finding>> = {
  'client-keys': clientKeys,
  'model-registry': modelRegistry,
  compact,
  'gzip-requests': gzip,
  'provider-metrics': metrics,
};

const dialectNotes = ({ sights }: Look): readonly ClaimNote[] =>
  clientDialects.flatMap((dialect) => {
    const why = whyNoEndpoint(sights[dialect], sights['nowhere']);
    return why === undefined ? [] : [{ claim: `client:${dialect}`, because: why }];
  });

const findingsOf = (look: Look) => {
  const all = Object.entries(visible).map(([claim, find]) => ({ claim, finding: find(look) }));
  return {
    seen: all.flatMap(({ claim, finding }) => ('because' in finding ? [{ claim, because: finding.because }] : [])),
    notSeen: all.flatMap(({ claim, finding }) => ('not' in finding ? [{ claim, because: finding.not }] : [])),
  };
};

const healthNote = ({ health }: Sights): readonly string[] => {
  if (health === undefined || health.end !== 'complete') return [];
  return [
    health.status === 404 ? 'GET /health → 404: no such endpoint, which does not mean that it is down' : `GET /health → ${health.status}`,
  ];
};

/** A key that nobody asks for is worth a word: who was given one believes that it is needed. */
const openNote = ({ models, 'models-without-key': open }: Sights): readonly string[] =>
  models?.status === 200 && open?.status === 200
    ? ['It answers without the key too. If only its clients should get in, let it claim client-keys: row 1 then judges it.']
    : [];

const listNote = (lists: readonly ModelList[]): readonly string[] =>
  lists.every(({ whole }) => whole)
    ? []
    : ['Its list of models was not read whole: it has further pages, entries without a usable name, or too many of them.'];

const asksWhom = (look: Look): readonly ClaimNote[] =>
  look.dialects.map((dialect) => ({
    claim: `client:${dialect}`,
    because: `an unknown model was refused with ${look.sights[dialect]?.status}`,
  }));

const neverVisible = (): readonly ClaimNote[] =>
  Object.entries(capabilities)
    .filter(([claim]) => !(claim in visible))
    .map(([claim, about]) => ({ claim, because: about }));

/**
 * What the answers make likely. A claim is proposed only for what was seen; what was not stays for a person to decide. Pure.
 * @param hasKey a key was shown where questions show one
 */
export const proposalFrom = (asked: readonly Asked[], hasKey: boolean): Proposal => {
  const sights: Sights = Object.fromEntries(asked.map(({ question, sight }) => [question.id, sight]));
  const lists = [sights['models'], sights['gemini-models']].map(listIn);
  const listed = lists.flatMap(({ names }) => names);
  const dialects = clientDialects.filter((dialect) => whyNoEndpoint(sights[dialect], sights['nowhere']) === undefined);
  const look: Look = { sights, hasKey, listed, dialects };
  const models = dialects.length === 0 ? {} : likelyUpstreams(listed, dialects);
  const { seen, notSeen } = findingsOf(look);
  const upstreams = Object.entries(models).map(([surface, name]) => ({
    claim: `upstream:${surface}`,
    because: `guessed from the model ${name}`,
  }));
  return {
    claims: [...asksWhom(look), ...upstreams, ...seen],
    notSeen: [...dialectNotes(look), ...notSeen, ...neverVisible()],
    models,
    listed: listed.map(({ name }) => name),
    notes: [...openNote(sights), ...healthNote(sights), ...listNote(lists)],
  };
};
