import type { ProxyConfig } from '../config/schema.ts';
import type { Credential } from '../providers/provider.ts';
import type { OAuth } from '../providers/oauth.ts';
import { planOf } from '../routing/plan.ts';
import { authFileId } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';

const accountMembers = ['account_id', 'project_id', 'profile_arn'] as const;

const fieldsOf = (file: AuthFile): Readonly<Record<string, string>> =>
  Object.fromEntries(accountMembers.flatMap((member) => (file[member] === undefined ? [] : [[member, file[member]]])));

/** Which plan the account's tokens claim, in lower case; `undefined` when they claim none. */
export const planOfFile = ({ id_token: idToken, access_token: accessToken }: AuthFile): string | undefined =>
  planOf(idToken) ?? planOf(accessToken);

/** What goes upstream as the credential. */
export const secretOf = (file: AuthFile, { secret }: OAuth): string =>
  (secret === undefined ? (file.access_token ?? file.api_key) : secret(file)) ?? '';

type Upstreams = Pick<ProxyConfig, 'oauth-upstreams'>;

/** The credential that an auth file is at the moment. Its upstream: the file's own, else that of `oauth-upstreams`, else the vendor's. */
export const authCredential = (file: AuthFile, oauth: OAuth, { 'oauth-upstreams': upstreams }: Upstreams): Credential => {
  const plan = planOfFile(file);
  const chosen = file.base_url ?? upstreams[file.type]?.['base-url'];
  return {
    id: authFileId(file),
    provider: file.type,
    baseUrl: chosen ?? oauth.baseUrl(file),
    ...(chosen === undefined && { publicOnly: true as const }),
    secret: secretOf(file, oauth),
    ...(plan !== undefined && { plan }),
    fields: fieldsOf(file),
    oauth: true,
    headers: file.headers,
  };
};
