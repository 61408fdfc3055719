import type { Action, ActionResult } from '../action.ts';
import type { CallerSight } from '../sight.ts';

/** What can be done to a file on the disk under a target, from outside of the target. Each deed ends with a look at it. */
export type FileDeed =
  | { readonly deed: 'look' }
  /** Lines are added by an editor that saves in place: the file stays the same one. */
  | { readonly deed: 'add'; readonly lines: string }
  /** Lines are added by an editor that writes beside the file and renames: another file has its name then. */
  | { readonly deed: 'replace'; readonly lines: string }
  /** Another text, by a program that writes beside the file and renames. */
  | { readonly deed: 'write'; readonly text: string }
  | { readonly deed: 'remove' }
  /** A directory in the file's place, as a container engine makes one where the host has no file to mount. */
  | { readonly deed: 'make-directory' };

export type FileAction = Action &
  FileDeed & {
    readonly kind: 'file';
    /** Below the directory of the target's files. */
    readonly name: string;
    /** What the target has before it, or what the operator has, who stands outside of the mounts. */
    readonly seenBy: 'target' | 'operator';
  };

/** How the file stands after the deed. */
export interface FileResult extends ActionResult {
  readonly kind: 'file';
  readonly is: 'file' | 'directory' | 'nothing';
  /** Its text, where it is a file; the first 256 KiB. */
  readonly text?: string;
  /** Names of what lies in the same directory. */
  readonly beside: readonly string[];
}

const on =
  (deed: FileDeed) =>
  (name: string, seenBy: FileAction['seenBy'] = 'target'): FileAction => ({ kind: 'file', name, seenBy, ...deed });

/** Looks at a file as the target has it before it. */
export const looksAt = on({ deed: 'look' });
export const removes = on({ deed: 'remove' });
export const makesDirectory = on({ deed: 'make-directory' });
/** An operator's editor that saves in place. */
export const addsInPlace = (name: string, lines: string): FileAction => on({ deed: 'add', lines })(name, 'operator');
/** An operator's editor that replaces the file. */
export const addsByReplacing = (name: string, lines: string): FileAction => on({ deed: 'replace', lines })(name, 'operator');

/** Another program on the machine that writes the file anew. */
export const writesAnew = (name: string, text: string): FileAction => on({ deed: 'write', text })(name, 'operator');

/** How the file stood at the end of the step; `undefined` when the step did not get there. */
export const fileIn = ({ action }: CallerSight): FileResult | undefined => (action?.kind === 'file' ? (action as FileResult) : undefined);
