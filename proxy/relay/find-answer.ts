import { ProxyError } from '../errors.ts';
import { sessionKey } from '../routing/session-key.ts';
import { askModel } from './ask-model.ts';
import { fallbackAfter, mayFallBackTo } from './fallback.ts';
import type { Found, Search, Unanswered } from './search.ts';

export type { Found, Unanswered } from './search.ts';

const maxModels = 8;

const withSession = (search: Omit<Search, 'session'>): Search => {
  const { context, question } = search;
  if (!context.config.routing['session-affinity']) return search;
  const { client, headers, tree, neutral } = question;
  return { ...search, session: sessionKey({ client: client.id, headers, tree, neutral: () => neutral().value }) };
};

/**
 * Finds somebody who answers: the credentials of the requested model in turn, then, where the configuration allows it for what went wrong,
 * the models that it names as its fallback. Each model is asked at most once, so that fallbacks may name each other.
 */
export const findAnswer = async (about: Omit<Search, 'session'>): Promise<Found | Unanswered> => {
  const search = withSession(about);
  const { context, question, record } = search;
  context.routing.budget.requested();
  const queue = [question.model];
  let last: Unanswered | undefined;
  for (let at = 0; at < queue.length && at < maxModels; at += 1) {
    const model = queue[at] ?? question.model;
    if (at > 0 && !mayFallBackTo(search, model)) continue;
    const { outcome, notes } = await askModel(search, model);
    if (outcome.kind === 'opened') return { ...outcome, model };
    last = outcome;
    const fallback = search.signal.aborted ? undefined : fallbackAfter(context, model, notes);
    if (fallback === undefined) break;
    queue.push(...new Set(fallback.to.filter((next) => !queue.includes(next))));
    record.fellBack(model, fallback.because);
  }
  if (last === undefined) throw new ProxyError('no-usable-credential', `No credential serves the model "${question.model}".`);
  return last;
};
