/** What lies where a program looks for its configuration. */
export type ConfigOnDisk =
  /** One that the target can be started with; `over` stands over its keys. */
  | { readonly is: 'usable'; readonly over?: Readonly<Record<string, unknown>> }
  | { readonly is: 'text'; readonly text: string }
  /** As a container runtime makes one of a mount whose file is not there. */
  | { readonly is: 'directory' }
  | { readonly is: 'nothing' };

/** How the target's program is started. What is not said is as a good start has it. */
export interface Launch {
  readonly config?: ConfigOnDisk;
  /** What the operator has put into the file since; the program was given what it was before. */
  readonly edited?: Readonly<Record<string, unknown>>;
  /** Text files beside the configuration, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Variables of its environment, beside the few that any program needs. */
  readonly env?: Readonly<Record<string, string>>;
  /** `taken`: somebody else listens there already. */
  readonly port?: 'free' | 'taken';
  /** The configuration is only to be checked. */
  readonly checkOnly?: true;
}
