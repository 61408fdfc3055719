import { clientDialects, type ClientDialect } from '#scenarios/kit/cell';

import { readModels, type ListedName, type ModelList } from '../discover/read-models.ts';
import { whyNoEndpoint } from '../discover/propose.ts';
import { noSuchModel } from '../discover/questions.ts';
import { dialectToAsk, namesToAsk } from './names-to-ask.ts';
import {
  alsoStreamed,
  ask,
  askSparsely,
  catalogue,
  directStream,
  exampleKeysListing,
  health,
  healthElsewhere,
  inventedEffort,
  inventedKeyListing,
  keylessListing,
  keylessQuestion,
  listing,
  management,
  metricsAfter,
  metricsBefore,
  metricsBetween,
  sparseResult,
  stream,
  streamedCompaction,
  uncountedStream,
  unknownModels,
  unrouted,
  vendorsPath,
  wholeResult,
} from './questions.ts';
import type { TriageQuestion } from './question.ts';
import { cameToAnEndpoint, isKeyRefusal, refusalOf } from './refusal.ts';
import type { WantedName } from './seen.ts';
import type { Answered, Session } from './session.ts';

export interface Interview {
  /** Undefined when there was no list to read. */
  readonly listed: readonly ListedName[] | undefined;
  /** Nothing can be missing from a list that was not read whole. */
  readonly listIsWhole: boolean;
  readonly dialects: readonly ClientDialect[];
  /** Why no more was asked; undefined after all questions. */
  readonly endedBecause?: 'no contact' | 'no proxy' | 'key refused' | 'key needed';
}

export interface Asking {
  readonly session: Session;
  readonly hasKey: boolean;
  readonly hasDirect: boolean;
  readonly wanted: readonly WantedName[];
  readonly claims: ReadonlySet<string>;
}

const isUseful = (answered: Answered | undefined): boolean => answered !== undefined && answered.sight.end === 'complete';

const saysThatItLives = (answered: Answered | undefined): boolean => isUseful(answered) && answered?.sight.status === 200;

/** The list, in whichever shape; undefined for what is no list. */
const listIn = (answered: Answered | undefined): ModelList | undefined => {
  if (!isUseful(answered) || answered?.sight.status !== 200) return undefined;
  const { json } = answered.sight;
  const holdsList = typeof json === 'object' && json !== null && ['data', 'models'].some((key) => Array.isArray(Object(json)[key]));
  return holdsList ? readModels(json) : undefined;
};

const hasNoContact = (answered: Answered | undefined): boolean => answered === undefined || answered.sight.status === 0;

const askHealth = async (session: Session): Promise<void> => {
  const first = await session.ask(health);
  if (saysThatItLives(first) || hasNoContact(first)) return;
  for (const question of healthElsewhere) if (saysThatItLives(await session.ask(question))) return;
};

/** 200 is taken; 401 and 403 are not, and the key is then never shown again. */
const isTurnedAway = (answered: Answered | undefined): boolean => [401, 403].includes(answered?.sight.status ?? 0);

const statusOf = (answered: Answered | undefined): number => answered?.sight.status ?? 0;

const spoken = async (session: Session): Promise<readonly ClientDialect[]> => {
  const nowhere = await session.ask(unrouted);
  for (const question of unknownModels) await session.ask(question);
  const sightOf = (id: string) => session.answers().find(({ question }) => question.id === id)?.sight;
  const namesTheModel = (id: string): boolean => sightOf(id)?.bodyText.includes(noSuchModel) === true;
  return clientDialects.filter(
    (dialect) =>
      whyNoEndpoint(sightOf(dialect), nowhere?.sight) === undefined || (sightOf(dialect)?.status === 403 && namesTheModel(dialect)),
  );
};

/** Google's and Antigravity's translators are those that a sparse result breaks. */
const translated = (names: readonly string[]): string | undefined =>
  names.find((name) => /(?:^|\/)gemini-(?!claude)/.test(name)) ?? names.find((name) => !/(?:^|\/)claude-/.test(name));

const thinks = (names: readonly string[]): string | undefined => names.find((name) => /(?:^|\/)gemini-(?:2\.5|3)/.test(name));

const spokenByResponses = /^(?:codex|openai-responses)$/;

/** A model whose upstream speaks Responses, as far as the profile or the list tells. */
const compactable = ({ wanted }: Asking, names: readonly string[], listed: readonly ListedName[]): string | undefined =>
  wanted.find(({ place, name }) => spokenByResponses.test(place) && names.includes(name))?.name ??
  listed.find(({ owner, name }) => spokenByResponses.test(owner) && names.includes(name))?.name ??
  names.find((name) => /(?:^|\/)gpt-[\d.]+-codex/.test(name));

const askForFree = async (asking: Asking, names: readonly string[], { listed = [], dialects }: Interview): Promise<void> => {
  const { session } = asking;
  await session.ask(catalogue);
  await session.ask(vendorsPath);
  const model = translated(names);
  if (dialects.includes('anthropic-messages') && model !== undefined) {
    await session.ask(wholeResult(model));
    await session.ask(sparseResult(model));
  }
  const compacted = compactable(asking, names, listed);
  if (dialects.includes('openai-responses') && compacted !== undefined) await session.ask(streamedCompaction(compacted));
};

const answersAtAll = (answered: Answered | undefined): boolean => answered !== undefined && refusalOf(answered.sight) === undefined;

/** What only one of all models need be asked: the first that answers. */
const askOfOne = async ({ session, hasDirect }: Asking, name: string, dialect: ClientDialect): Promise<void> => {
  await session.ask(stream(name, dialect));
  if (hasDirect) await session.ask(directStream(name, dialect));
  const counts = session.answers().some(({ question, sight }) => question.id === metricsBefore.id && sight.status === 200);
  if (dialect !== 'openai-chat' || !counts) return;
  await session.ask(metricsBetween);
  await session.ask(uncountedStream(name));
  await session.ask(metricsAfter);
};

/** Only of a model that works: a refusal of another one would say nothing, and send its account to rest. */
const askMoreOf = async (asking: Asking, name: string, names: readonly string[], dialects: readonly ClientDialect[]): Promise<void> => {
  const { session } = asking;
  const dialect = dialectToAsk(dialects);
  if (dialect !== undefined && /^glm-4\.7$/.test(name)) await session.ask(alsoStreamed(name, dialect));
  if (name === thinks(names) && dialects.includes('openai-chat')) await session.ask(inventedEffort(name));
  if (name === translated(names) && dialects.includes('anthropic-messages')) await session.ask(askSparsely(name));
};

const askForTokens = async (asking: Asking, names: readonly string[], dialects: readonly ClientDialect[]): Promise<void> => {
  const dialect = dialectToAsk(dialects);
  if (dialect === undefined) return;
  let streamed = false;
  for (const name of names) {
    if (!answersAtAll(await asking.session.ask(ask(name, dialect)))) continue;
    if (!streamed) await askOfOne(asking, name, dialect);
    streamed = true;
    await askMoreOf(asking, name, names, dialects);
  }
};

const answerTo = (session: Session, { id }: Pick<TriageQuestion, 'id'>): Answered | undefined =>
  session.answers().find(({ question }) => question.id === id);

/** A list that anybody may read was given to the key as it would have been to any other: it says nothing of the key. */
const isPublicList = (session: Session): boolean =>
  statusOf(answerTo(session, listing)) === 200 && statusOf(answerTo(session, keylessListing)) === 200;

/** Then the first question that comes to an endpoint, and costs nothing, judges the key; a refused one is not shown again. */
const isRefusedByQuestions = async (session: Session): Promise<boolean> => {
  if (!isPublicList(session)) return false;
  for (const question of unknownModels) {
    const answered = await session.ask(question);
    if (cameToAnEndpoint(answered)) return isKeyRefusal(answered);
  }
  return false;
};

/** Of the list, as far as one was read. */
type Listed = Pick<Interview, 'listed' | 'listIsWhole'>;

const askOnwards = async (asking: Asking, list: Listed): Promise<Interview> => {
  const { session, wanted, hasKey } = asking;
  const { listed } = list;
  if (await isRefusedByQuestions(session)) return { ...list, dialects: [], endedBecause: 'key refused' };
  const dialects = await spoken(session);
  const [dialect] = dialects;
  if (isPublicList(session) && dialect !== undefined) await session.ask(keylessQuestion(dialect));
  if (!hasKey && dialect === undefined && unknownModels.some((question) => isKeyRefusal(answerTo(session, question)))) {
    return { ...list, dialects, endedBecause: 'key needed' };
  }
  await session.ask(management);
  if (dialects.length === 0 && listed === undefined) return { ...list, dialects, endedBecause: 'no proxy' };
  await session.ask(metricsBefore);
  const names = namesToAsk({ listed: listed ?? [], wanted, dialects });
  await askForFree(asking, names, { ...list, dialects });
  await askForTokens(asking, names, dialects);
  return { ...list, dialects };
};

const askForKey = async ({ session, hasKey }: Asking): Promise<Interview['endedBecause']> => {
  if (!isTurnedAway(await session.ask(listing))) return undefined;
  return hasKey ? 'key refused' : 'key needed';
};

/** Who else is let in, where the caller is: anybody, anybody with the example file, or with any key. A gate that stands open needs no key. */
const askForStrangers = async (session: Session): Promise<void> => {
  const keyless = await session.ask(keylessListing);
  const own = answerTo(session, listing);
  if (statusOf(own) !== 200 || !isTurnedAway(keyless)) return;
  if (statusOf(await session.ask(exampleKeysListing)) === 200) await session.ask(inventedKeyListing);
};

/** One path may hang where others answer; everything else that ends without a status line ends alike for all. */
const staysSilent = async (session: Session): Promise<boolean> => {
  const [first] = session.answers();
  if (!hasNoContact(first)) return false;
  return first?.sight.end !== 'timeout' || hasNoContact(await session.ask(listing));
};

/**
 * Asks, in the order of the page: is it there, does it take the key, which models has it, do its providers answer, do streams come. Ends
 * early where nothing more can be learnt: without contact, and as soon as the key is refused, which is never shown a second time then.
 */
export const interview = async (asking: Asking): Promise<Interview> => {
  const { session, hasKey } = asking;
  await askHealth(session);
  const none: Interview = { listed: undefined, listIsWhole: false, dialects: [] };
  if (await staysSilent(session)) return { ...none, endedBecause: 'no contact' };
  const turnedAway = await askForKey(asking);
  const list = listIn(answerTo(session, listing));
  if (hasKey) await askForStrangers(session);
  if (turnedAway !== undefined) return { ...none, endedBecause: turnedAway };
  if (session.answers().every((answered) => !isUseful(answered))) return { ...none, endedBecause: 'no proxy' };
  return askOnwards(asking, { listed: list?.names, listIsWhole: list?.whole === true });
};
