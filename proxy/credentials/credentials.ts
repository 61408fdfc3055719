import type { Credential } from '../providers/provider.ts';
import type { Failure } from '../remedies/remedy.ts';
import type { CredentialStatus } from './status.ts';
import type { EndSignal } from '../relay/departure.ts';

/** Keeps the tokens of OAuth credentials alive. A credential of config.yaml is always as it was given. */
export interface Credentials {
  /**
   * The credential with a token that is good now: renewed first when it is about to expire. Requests that need the same renewal share one.
   * @throws ProxyError `credential-expired` when it cannot be renewed any more, so that another credential may be asked.
   */
  readonly fresh: (credential: Credential, signal: EndSignal) => Credential | Promise<Credential>;
  /**
   * After a refusal that may mean a dead token (a 401, or a 403 that says so): the credential renewed once, whatever its expiry claims.
   * `undefined` when renewing cannot help.
   */
  readonly renewed: (failure: Failure, signal: EndSignal) => Promise<Credential | undefined>;
  /** How the OAuth accounts are doing, for management. */
  readonly statuses: () => readonly CredentialStatus[];
  /** Ends what runs in the background; every rotated token is on disk when it resolves. */
  readonly close: () => Promise<void>;
}

/** Credentials that never change. */
export const fixedCredentials: Credentials = {
  fresh: (credential) => Promise.resolve(credential),
  renewed: () => Promise.resolve(undefined),
  statuses: () => [],
  close: () => Promise.resolve(),
};
