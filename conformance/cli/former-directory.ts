import { printable } from '../reporters/printable.ts';
import { formerNote, refuseCutOff } from '../replaced-directory.ts';
import type { CliIo } from './io.ts';

/** Says where a directory lies that somebody was killed in replacing. */
export const tellFormer = (directory: string, { err }: Pick<CliIo, 'err'>): void => {
  const note = formerNote(directory);
  if (note !== undefined) err(`note: ${printable(note)}\n`);
};

/** The same for a directory that must be there. Throws ToolError `fixture-invalid` where that is why it is not. */
export const expectWhole = (directory: string, io: Pick<CliIo, 'err'>): void => {
  refuseCutOff(directory);
  tellFormer(directory, io);
};
