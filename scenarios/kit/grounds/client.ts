/** The shell from which the clients of a scenario's `client` steps are started. It is the caller's side: any target can stand behind it. */
export interface ClientShell {
  /** Its variables. `{target}` stands for the target's address, CLIENT_KEY for the client's key. */
  readonly env: Readonly<Record<string, string>>;
  /** They were exported when the clients were running already: a process keeps the environment that it was started with. */
  readonly exportedLate?: true;
}
