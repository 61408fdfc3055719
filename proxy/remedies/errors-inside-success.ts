import type { ErrorInfo } from '../ir/chat.ts';
import { defineRemedy } from './remedy.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What every dialect's answer has; a body with one of these is an answer, whatever else it says. */
const ofAnswers = ['choices', 'content', 'candidates', 'output', 'response'];

/** iFlow's own number for "too many requests" (sheet R9 b, PR#1650). */
const iflowRateLimit = 449;

const asTree = (value: unknown): Tree | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Tree) : undefined;

const parsed = (text: string): Tree | undefined => {
  try {
    return asTree(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A number or its digits, as a status that a client can be given; `undefined` when none says that something failed. */
const statusOf = (values: readonly unknown[]): number | undefined => {
  const numbers = values.flatMap((value) => (typeof value === 'number' || typeof value === 'string' ? [Number(value)] : []));
  const status = numbers.find((value) => Number.isInteger(value) && value >= 400 && value <= 599);
  return status === iflowRateLimit ? 429 : status;
};

const messageOf = (tree: Tree, error: Tree | undefined): string | undefined =>
  asText(error?.message) ?? asText(tree.error) ?? asText(tree.msg) ?? asText(tree.message);

const refusalIn = (text: string): ErrorInfo | undefined => {
  if (!/"(?:error|status|code)"/.test(text)) return undefined;
  const tree = parsed(text);
  if (tree === undefined || ofAnswers.some((key) => key in tree)) return undefined;
  const error = asTree(tree.error);
  const message = messageOf(tree, error);
  const status = statusOf([error?.status, error?.code, tree.status, tree.code]);
  const says = status !== undefined || error !== undefined || asText(tree.error) !== undefined;
  return message === undefined || !says ? undefined : { status: status ?? 502, message };
};

export default defineRemedy({
  id: 'errors-inside-success',
  matrixRow: 9,
  about: 'An error that the upstream puts into the JSON of a 200, as iFlow does for its rate limit, reaches the client as an error.',
  refusalIn: ({ operation }, text) => (operation === 'generate' ? refusalIn(text) : undefined),
});
