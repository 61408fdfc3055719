import { streamGrammar } from '#fixtures/grammars/find-grammar';
import type { StreamGrammar } from '#fixtures/grammars/grammar';
import type { Finding } from '#fixtures/wire/finding';

import { type Change, mergeChanges, type SeenChange } from './change.ts';
import { compareHeads } from './compare-heads.ts';
import { compareShapes, type Known, type ShapeChanges } from './compare-shapes.ts';
import { grammarLeft } from './grammar-left.ts';
import { modelOf } from './model-of.ts';
import { isObject, withoutAdditions } from './places.ts';
import { asAskedIn, by, poolOf } from './pools.ts';
import type { Sample } from './sample.ts';
import { learnShape, type Shape } from './shape.ts';
import { compareTiming, learnSpreads, type Spreads } from './timing.ts';
import { isUnsaid, namesOfPlace, type UnsaidPlaces, unsaidPlaces } from './unsaid.ts';
import { usageHabits } from './usage-habits.ts';
import { concerns, isOfSchema, wireVerdict } from './wire-verdict.ts';

type Draft = Omit<SeenChange, 'surface'>;

/** What a baseline teaches, learned once and compared with often. */
export interface Baseline {
  readonly groups: ReadonlyMap<
    string,
    { readonly samples: readonly Sample[]; readonly shape: Shape; readonly broken: ReadonlySet<string> }
  >;
  /** Every group that it has something of, also where nothing of it could be read. */
  readonly known: ReadonlySet<string>;
  readonly pools: ReadonlyMap<string, Shape>;
  /** By pool. */
  readonly spreads: ReadonlyMap<string, Spreads>;
  /** By pool: what a recorder left out of some of its answers. */
  readonly unsaid: ReadonlyMap<string, UnsaidPlaces>;
}

const brokenIn = async (samples: readonly Sample[]): Promise<ReadonlySet<string>> => {
  const verdicts = await Promise.all(samples.map((sample) => wireVerdict(sample)));
  return new Set(verdicts.flat().map(({ rule }) => rule));
};

/** Learns what differs by chance from samples of one group, and what an endpoint may say at all from all of its samples. */
export const learnBaseline = async (all: readonly Sample[]): Promise<Baseline> => {
  const readable = all.filter(({ unread, noAnswer }) => (unread ?? noAnswer) === undefined);
  const byGroup = by(readable, ({ group }) => group);
  const samples = readable.map((sample) => asAskedIn(byGroup.get(sample.group) ?? [], sample));
  const groups = await Promise.all(
    [...by(samples, ({ group }) => group)].map(
      async ([group, own]) => [group, { samples: own, shape: learnShape(own), broken: await brokenIn(own) }] as const,
    ),
  );
  const byPool = [...by(samples, poolOf)];
  return {
    groups: new Map(groups),
    known: new Set(all.map(({ group }) => group)),
    pools: new Map(byPool.map(([pool, own]) => [pool, learnShape(own)])),
    spreads: new Map(byPool.map(([pool, own]) => [pool, learnSpreads([...by(own, ({ group }) => group).values()])])),
    unsaid: new Map(byPool.map(([pool, own]) => [pool, unsaidPlaces(own)])),
  };
};

/** Kinds whose weight the wire rules decide. */
const wireDecides: ReadonlySet<SeenChange['kind']> = new Set([
  'field-removed',
  'field-sometimes-missing',
  'null-appeared',
  'type-changed',
  'variant-added',
  'value-added',
]);

const inUsage = /\.usage(?:Metadata)?(?:\.|$)/;

type Policy = StreamGrammar['unknownEvents'];

const policyOf = async ({ surface }: Sample): Promise<Policy> =>
  surface === undefined ? 'unstated' : (await streamGrammar(surface)).unknownEvents;

/** Clients have to expect new events, or must not, or the strict schema decides, because nobody says it. */
const weighedEvent = (change: Draft, findings: readonly Finding[], policy: Policy): Draft => {
  const failing = findings.find(isOfSchema);
  const breaks = policy === 'refused' || (policy === 'unstated' && findings.length > 0);
  return { ...change, severity: breaks ? 'breaking' : 'additive', ...(breaks && failing !== undefined && { rule: failing.rule }) };
};

/** What a client counts with is never cosmetic. */
const weighed = (change: Draft, findings: readonly Finding[], policy: Policy): Draft => {
  if (change.kind === 'event-added') return weighedEvent(change, findings, policy);
  if (!wireDecides.has(change.kind)) return change;
  const failing = findings.find((finding) => isOfSchema(finding) && concerns(finding, change.path));
  const usageLost = change.kind.startsWith('field-') && inUsage.test(change.path);
  if (failing !== undefined) return { ...change, severity: 'breaking', rule: failing.rule };
  return usageLost ? { ...change, severity: 'breaking' } : change;
};

/** Rules of the wire that hold in the baseline and are broken now, as far as no other change says so. */
const brokenRules = (findings: readonly Finding[], others: readonly Draft[], grammar: Draft['grammar']): readonly Draft[] => {
  const explained = (finding: Finding): boolean => isOfSchema(finding) && others.some((change) => concerns(finding, change.path));
  const rules = new Map(findings.filter((finding) => !explained(finding)).map((finding) => [finding.rule, finding]));
  return [...rules.values()].map((finding) => ({
    kind: isOfSchema(finding) ? 'schema-broken' : 'grammar-broken',
    severity: 'breaking',
    path: finding.rule,
    what: 'the rule no longer holds',
    rule: finding.rule,
    ...(grammar !== undefined && !isOfSchema(finding) && { grammar }),
    after: finding.message,
  }));
};

const usageChanges = (sample: Sample, baseline: readonly Sample[]): readonly Draft[] => {
  const before = baseline.flatMap(usageHabits);
  return usageHabits(sample).flatMap(([habit, now]) => {
    const known = [...new Set(before.filter(([name]) => name === habit).map(([, value]) => value))].sort();
    if (known.length === 0 || known.includes(now)) return [];
    const [path, what] = [`usage ${habit}`, `${now} where ${known.join(' or ')} was`];
    return [{ kind: 'usage-changed', severity: 'breaking', path, what, before: known[0], after: now } satisfies Draft];
  });
};

const modelChanges = (sample: Sample, baseline: readonly Sample[]): readonly Draft[] => {
  const before = [...new Set(baseline.flatMap((one) => modelOf(one) ?? []))].sort();
  const after = modelOf(sample);
  if (after === undefined || before.length === 0 || before.includes(after)) return [];
  const what = `${after.slice(0, 100)} where ${before.join(' or ')} was`;
  return [{ kind: 'model-moved', severity: 'additive', path: 'model', what, before: before[0], after }];
};

const lists = ['data', 'models'];

/** Ids of an answer that lists models. */
const inventoryOf = ({ request, body }: Sample): readonly string[] => {
  if (!/\/models(?:\?|$)/.test(request.path) || body.form !== 'json' || !isObject(body.value)) return [];
  const value = body.value;
  const members = lists.flatMap((name) => (Array.isArray(value[name]) ? (value[name] as readonly unknown[]) : []));
  return members.flatMap((member) => {
    const id = isObject(member) ? (member['id'] ?? member['name']) : undefined;
    return typeof id === 'string' ? [id] : [];
  });
};

const inventoryChanges = (sample: Sample, baseline: readonly Sample[]): readonly Draft[] => {
  const [before, after] = [new Set(baseline.flatMap(inventoryOf)), new Set(inventoryOf(sample))];
  if (before.size === 0) return [];
  const gone = [...before].filter((id) => !after.has(id));
  const added = [...after].filter((id) => !before.has(id));
  return [
    ...gone.map((id): Draft => ({ kind: 'model-gone', severity: 'breaking', path: `models.${id}`, what: 'it is gone', before: id })),
    ...added.map((id): Draft => ({ kind: 'model-added', severity: 'additive', path: `models.${id}`, what: 'it is new', after: id })),
  ];
};

/** What is read out of a text: of a placeholder, on either side, it says nothing. */
const ofTexts: ReadonlySet<SeenChange['kind']> = new Set(['value-added', 'format-changed']);

const saidChanges = ({ certain, suspected }: ShapeChanges, unsaid: UnsaidPlaces): ShapeChanges => {
  const isSaid = ({ kind, path }: Draft): boolean => !ofTexts.has(kind) || !isUnsaid(namesOfPlace(path), unsaid);
  return { certain: certain.filter(isSaid), suspected: suspected.filter(isSaid) };
};

const sampleChanges = async (sample: Sample, baseline: Baseline): Promise<readonly SeenChange[]> => {
  const group = baseline.groups.get(sample.group);
  if (group === undefined || sample.unread !== undefined) return [];
  const surface = sample.surface ?? 'unknown';
  const pool = baseline.pools.get(poolOf(sample));
  const known: Known = { group: group.shape, pool: pool ?? group.shape };
  const heads = compareHeads(sample, group.samples);
  // An error has no field of an answer, and the other way round: what changed is that it is one.
  const comparable = !heads.some(({ kind }) => kind === 'body-form-changed') && pool !== undefined;
  const unsaid = [...unsaidPlaces([sample]), ...(baseline.unsaid.get(poolOf(sample)) ?? [])];
  const shapes = comparable ? saidChanges(compareShapes(sample, known), unsaid) : { certain: [], suspected: [] };
  const bare = withoutAdditions(sample.body, (path) => known.pool.places.has(path) || known.group.places.has(path));
  const findings = comparable ? (await wireVerdict(sample, bare)).filter(({ rule }) => !group.broken.has(rule)) : [];
  const policy = await policyOf(sample);
  const grammar = findings.some((finding) => !isOfSchema(finding)) ? await grammarLeft(sample, bare) : undefined;
  const suspected = shapes.suspected.filter(({ path }) => findings.some((finding) => isOfSchema(finding) && concerns(finding, path)));
  const weighedShapes = [...shapes.certain, ...suspected].map((change) => weighed(change, findings, policy));
  const meaning = [usageChanges, modelChanges, inventoryChanges].flatMap((compare) => (comparable ? compare(sample, group.samples) : []));
  const told = [...heads, ...weighedShapes, ...meaning];
  return [...told, ...brokenRules(findings, told, grammar)].map((change) => ({ ...change, surface }));
};

/** Times are compared group by group: one slow answer among several is chance. Answers of another kind are told as such. */
const timingChanges = (baseline: Baseline, samples: readonly Sample[]): readonly { readonly id: string; readonly change: SeenChange }[] =>
  [...by(samples, (sample) => `${poolOf(sample)} ${sample.group}`).values()].flatMap((fresh) => {
    const [first] = fresh;
    if (first === undefined) return [];
    const pool = poolOf(first);
    const old = (baseline.groups.get(first.group)?.samples ?? []).filter((sample) => poolOf(sample) === pool);
    const changes = compareTiming(fresh, old, baseline.spreads.get(pool) ?? new Map());
    return changes.flatMap((change) => fresh.map(({ id }) => ({ id, change: { ...change, surface: first.surface ?? 'unknown' } })));
  });

/** What a new set of samples says otherwise than the baseline, each change once, the worst first. Samples of no known group are passed over. */
export const compareSamples = async (baseline: Baseline, fresh: readonly Sample[]): Promise<readonly Change[]> => {
  const answers = fresh.filter(({ noAnswer }) => noAnswer === undefined);
  const samples = answers.map((sample) => asAskedIn(baseline.groups.get(sample.group)?.samples ?? [], sample));
  const seen = await Promise.all(
    samples.map(async (sample) => (await sampleChanges(sample, baseline)).map((change) => ({ id: sample.id, change }))),
  );
  return mergeChanges([...seen.flat(), ...timingChanges(baseline, samples)]);
};

/** Groups of the baseline that no new sample answers, sorted: they could not be compared. */
export const groupsWithoutAnswer = (baseline: Baseline, samples: readonly Sample[]): readonly string[] => {
  const answered = new Set(samples.flatMap(({ group, noAnswer }) => (noAnswer === undefined ? [group] : [])));
  return [...baseline.groups.keys()].filter((group) => !answered.has(group)).sort();
};
