/** How the files of a target can lie on a machine (sheet row 15). What a state takes away, it takes from the target; the operator's side stays as it is. */
export const diskStates = {
  writable: 'a directory that may be written to, with all that is in it',
  'read-only-mount': 'a directory mounted read-only, with all that is in it',
  'read-only-directory': 'config.yaml may be written to, nothing can be made beside it',
  'read-only-file': 'config.yaml is read-only, its directory is not',
  'immutable-file': 'config.yaml has the immutable bit, which stops the owner of the machine too',
  'single-file-mount': 'config.yaml is mounted by itself, as compose files do: a writer may fill it anew and not replace it',
  full: 'no byte is left on the disk, except where the files lie already',
} as const;
export type DiskState = keyof typeof diskStates;

/** What the disk under a target is like: the target is started on files, and `config.yaml` is one of them. */
export interface Disk {
  readonly state: DiskState;
  /** The directory of the accounts' token files, `auth`: renewed tokens cannot be kept in one that is read-only. Writable by default. */
  readonly authDir?: 'writable' | 'read-only';
}
