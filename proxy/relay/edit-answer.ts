import type { Candidate } from '../routing/model-table.ts';

/** Changes one answer, or one event of it, on its way to a client of the same dialect. */
export type AnswerEdit = (wire: unknown) => unknown;

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Where the dialects name the model: at the top, in Messages' `message`, in Responses' `response`, as Gemini's `modelVersion`. */
const rename = (wire: unknown, model: string): unknown => {
  if (!isTree(wire)) return wire;
  return {
    ...wire,
    ...(typeof wire.model === 'string' && { model }),
    ...(typeof wire.modelVersion === 'string' && { modelVersion: model }),
    ...(isTree(wire.message) && { message: rename(wire.message, model) }),
    ...(isTree(wire.response) && { response: rename(wire.response, model) }),
  };
};

/** What has to be done to answers of this candidate; `undefined` when they may pass untouched. */
export const answerEdit = ({ provider, forceName }: Candidate, shownModel: string): AnswerEdit | undefined => {
  const { unwrap } = provider;
  if (!forceName) return unwrap;
  return (wire) => rename(unwrap === undefined ? wire : unwrap(wire), shownModel);
};
