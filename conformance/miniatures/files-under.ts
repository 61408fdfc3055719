import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FilePlaces } from '../targets/target.ts';
import { isRecord, jsonOf, withJson, type Memory, type Message, type PassOn, type Reply } from './defect.ts';
import { changesSettings } from './management-changes.ts';

/** For defects of what a proxy writes, and of what it says about that. */

const key = 'files under the target';

export const rememberFiles = (memory: Memory, files: FilePlaces): void => void memory.set(key, files);

/** Where the target's files lie, where it was started on some. */
export const filesUnder = (memory: Memory): FilePlaces | undefined => memory.get(key) as FilePlaces | undefined;

/** The operator can write where the target cannot. */
export const configIn = ({ seenByOperator }: FilePlaces): string => join(seenByOperator, 'config.yaml');

/** Puts another text into the file, in place; does nothing where the edit changes nothing or the disk takes nothing. */
export const editConfig = (files: FilePlaces, edit: (text: string) => string): void => {
  try {
    const text = readFileSync(configIn(files), 'utf8');
    const edited = edit(text);
    if (edited !== text) writeFileSync(configIn(files), edited);
  } catch {
    // A disk that is full, or immutable for the operator, too.
  }
};

/** Does something when a change of the configuration was answered. */
export const afterChanges =
  (act: (files: FilePlaces, reply: Reply) => void) =>
  async (message: Message, passOn: PassOn, memory: Memory): Promise<Reply> => {
    const reply = await passOn(message);
    const files = filesUnder(memory);
    if (files !== undefined && changesSettings(message)) act(files, reply);
    return reply;
  };

/** Whether an answer says that a change is not kept. */
export const saysUnkept = (reply: Reply): boolean => jsonOf(reply.body)?.['persisted'] === false;

/** The same answer with other words about whether the file has what is in force. */
export const withPersisted = (reply: Reply, place: 'wireproof' | 'config', persisted: boolean): Reply =>
  withJson(reply, (body) => {
    const told = body[place];
    return isRecord(told) && 'persisted' in told ? { ...body, [place]: { ...told, persisted } } : body;
  });
