import { clientDialects, type ClientDialect } from '#scenarios/kit/cell';

import { ToolError, type Problem } from '../errors.ts';
import { checkedKey, checkedUrl } from '../targets/url-target.ts';
import { createHttpCaller } from '../transport/http-caller.ts';
import { newAsker, type Asked, type Asker } from './asker.ts';
import { proposalFrom, whyNoEndpoint, type Proposal } from './propose.ts';
import { compact, dialectQuestion, geminiModels, gzipQuestion, health, metrics, models, modelsWithoutKey, nowhere } from './questions.ts';
import { readModels } from './read-models.ts';
import { troubleOf } from './trouble.ts';

export interface DiscoverOptions {
  /** Origin and mount of the target. */
  readonly url: string;
  /** The caller's key; from an environment variable, never from argv. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** Bound of one question, and of all; 5 s and 30 s by default. */
  readonly oneWithinMs?: number;
  readonly allWithinMs?: number;
}

export interface Discovery extends Proposal {
  /** As it is asked, without a trailing slash. */
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Everything was asked that may be; false when the key is missing or the time was over. */
  readonly complete: boolean;
}

const defaultAllWithinMs = 30_000;
/** Nothing that these questions are answered with comes near. */
const maxAnswerBytes = 1024 * 1024;

const failed = (message: string, problems: readonly Problem[], hint?: string): ToolError =>
  new ToolError('discovery-failed', message, { problems, ...(hint !== undefined && { hint }) });

/** `GET /v1/models with the key` */
export const requestLine = ({ question, sight }: Asked, hasKey: boolean): string =>
  `${sight.probe.method} ${sight.probe.path}${sight.probe.encoding === 'gzip' ? ' as gzip' : ''}${question.shows === 'the key' && hasKey ? ' with the key' : ''}`;

/** What came back, in a few words. */
export const outcomeLine = ({ sight }: Asked): string => {
  const trouble = troubleOf(sight);
  if (sight.status === 0) return trouble?.what ?? 'no answer';
  const redirect =
    sight.status >= 300 && sight.status < 400 ? ` to ${(sight.headers['location'] ?? 'nowhere').slice(0, 100)} (not followed)` : '';
  return `${sight.status}${redirect}${trouble === undefined ? '' : `, ${trouble.what}`}`;
};

const noContact = (first: Asked): ToolError | undefined => {
  const trouble = troubleOf(first.sight);
  if (first.sight.status !== 0 || trouble === undefined) return undefined;
  const where = `${first.sight.probe.method} ${first.sight.probe.path}`;
  return failed('the target cannot be asked', [{ where, expected: 'an HTTP answer', actual: trouble.what, hint: trouble.hint }]);
};

const refusedKey = ({ sight: { status } }: Asked, hasKey: boolean): ToolError | undefined => {
  if (!hasKey || (status !== 401 && status !== 403)) return undefined;
  const problem = {
    where: 'GET /v1/models',
    expected: 'an answer',
    actual: `${status}`,
    hint: 'it was shown once, and nothing else was asked with it',
  };
  return failed('the target refuses the key', [problem], 'put the key of one of its clients into WIREPROOF_KEY');
};

const present = (asker: Asker, dialect: ClientDialect): boolean => {
  const sightOf = (id: string) => asker.asked().find(({ question }) => question.id === id)?.sight;
  return whyNoEndpoint(sightOf(dialect), sightOf(nowhere.id)) === undefined;
};

const askTheRest = async (asker: Asker, first: Asked, hasKey: boolean): Promise<void> => {
  if (hasKey) await asker.ask(modelsWithoutKey);
  await asker.ask(health);
  await asker.ask(nowhere);
  for (const dialect of clientDialects) await asker.ask(dialectQuestion(dialect));
  const dialects = clientDialects.filter((dialect) => present(asker, dialect));
  if (readModels(first.sight.json).names.length === 0 && dialects.includes('gemini-generate')) await asker.ask(geminiModels);
  if (dialects.includes('openai-responses')) await asker.ask(compact);
  if (dialects[0] !== undefined) await asker.ask(gzipQuestion(dialects[0]));
  await asker.ask(metrics);
};

/** A proposal without a dialect is none, unless a key is what is missing. */
const nothingFound = (asked: readonly Asked[], proposal: Proposal, hasKey: boolean): ToolError | undefined => {
  if (proposal.claims.some(({ claim }) => claim.startsWith('client:'))) return undefined;
  const problems = asked.map((one) => ({ where: requestLine(one, hasKey), expected: 'what a proxy answers', actual: outcomeLine(one) }));
  return failed('nothing that the target answers shows a dialect', problems, 'check the URL; a path before /v1 belongs into it');
};

const discovered = async (url: string, asker: Asker, hasKey: boolean): Promise<Discovery> => {
  const first = await asker.ask(models);
  if (first === undefined) throw failed('stopped before the first question', []);
  const obstacle = noContact(first) ?? refusedKey(first, hasKey);
  if (obstacle !== undefined) throw obstacle;
  const needsKey = first.sight.status === 401 || first.sight.status === 403;
  if (needsKey) await asker.ask(health);
  else await askTheRest(asker, first, hasKey);
  const proposal = proposalFrom(asker.asked(), hasKey);
  const obstacleAfter = needsKey ? undefined : nothingFound(asker.asked(), proposal, hasKey);
  if (obstacleAfter !== undefined) throw obstacleAfter;
  const keyNote = needsKey ? ['The target asks for a key. Set WIREPROOF_KEY and run this again to see more.'] : [];
  return {
    ...proposal,
    notes: [...keyNote, ...proposal.notes],
    url,
    asked: asker.asked(),
    complete: !needsKey && !asker.wasCut(),
  };
};

/**
 * Asks a target a dozen questions that cost nothing and proposes what it may claim. It never asks for a generated answer, never shows a
 * second key, asks nothing twice, follows no redirect, and stops when the time is over.
 * @throws ToolError `usage` for a URL that is none and a key that no header takes; `discovery-failed` when there is no contact, the key is refused, nothing it answers shows a dialect, or it is stopped
 */
export const discover = async (options: DiscoverOptions): Promise<Discovery> => {
  const url = checkedUrl(options.url);
  if (options.key !== undefined) checkedKey(options.key);
  const caller = createHttpCaller({ maxAnswerBytes, takesGzip: true });
  const bound = AbortSignal.timeout(options.allWithinMs ?? defaultAllWithinMs);
  const signal = options.signal === undefined ? bound : AbortSignal.any([bound, options.signal]);
  try {
    const found = await discovered(url, newAsker(url, options.key, caller, signal, options.oneWithinMs), options.key !== undefined);
    // What the end cut off would stand in the proposal as if the target did not have it.
    if (options.signal?.aborted === true) throw failed('stopped before all was asked', []);
    return found;
  } finally {
    await caller.close();
  }
};
