import type { ChatRequest, Turn, UserPart } from '../ir/chat.ts';
import { defineRemedy } from './remedy.ts';

const isSparse = (part: UserPart): boolean => {
  if (part.kind !== 'tool-result') return false;
  const { output } = part;
  return output.form === 'missing' || output.form === 'null' || (output.form === 'parts' && output.parts.length === 0);
};

/** The empty text is the one form that every upstream dialect can carry (sheet R3 d). */
const filled = (part: UserPart): UserPart =>
  part.kind === 'tool-result' && isSparse(part) ? { ...part, output: { form: 'text', text: '' } } : part;

const fillTurn = (turn: Turn): Turn =>
  turn.role === 'user' && turn.parts.some(isSparse) ? { ...turn, parts: turn.parts.map(filled) } : turn;

/** Anywhere in the history: one sparse result poisons every later turn (R3 (e) 3). */
const normalise = (request: ChatRequest): ChatRequest => ({ ...request, turns: request.turns.map(fillTurn) });

export default defineRemedy({
  id: 'sparse-tool-result',
  matrixRow: 3,
  about: 'Tool results without content, with null or with an empty list reach the upstream as empty text instead of as a hole in its JSON.',
  onNeutralRequest: normalise,
});
