import type { ChatRequest } from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';
import { present } from './reading.ts';

/** OpenAI refuses longer names of end users; those of Claude Code are longer. */
const longestName = 64;

const fitting = (name: string | undefined): string | undefined => (name !== undefined && name.length > longestName ? undefined : name);

export const writeUsers = ({ user, safetyIdentifier }: ChatRequest) =>
  present({ user: fitting(user), safety_identifier: fitting(safetyIdentifier) });

export const lossesOfUsers = (request: ChatRequest): readonly Loss[] =>
  (['user', 'safetyIdentifier'] as const)
    .filter((key) => request[key] !== fitting(request[key]))
    .map((path) => ({ path, why: `OpenAI takes at most ${longestName} characters` }));
