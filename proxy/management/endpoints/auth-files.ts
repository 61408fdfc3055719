import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { ConfigError } from '../../config/problem.ts';
import { AuthStore, isAuthFileName } from '../../credentials/auth-store.ts';
import type { CredentialStatus } from '../../credentials/status.ts';
import { ProxyError } from '../../errors.ts';
import { authDirectoryIn } from '../../live/config-source.ts';
import { writeFault } from '../../live/write-faults.ts';
import { mappingBody } from '../changes.ts';
import { defineManagementRoute } from '../management-route.ts';
import type { ManagementContext, ManagementHandler, ManagementRequest } from '../management-route.ts';

const directoryOf = ({ live, store }: ManagementContext): string => {
  const directory = store.path === undefined ? undefined : authDirectoryIn(live.current.parsed, store.path);
  if (directory !== undefined) return directory;
  throw new ProxyError('not-found', 'auth-dir is not set, so there are no auth files');
};

const nameIn = ({ query: { name = '' } }: ManagementRequest): string => {
  if (isAuthFileName(name)) return name;
  throw new ProxyError('invalid-request', 'say which: ?name=FILE.json, of letters, digits and @ + _ - . and without a path');
};

const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

/** The names are those of the page's product, where it has one (sheet 1.8). A file that is not loaded has no status. */
const shown = (status: CredentialStatus | undefined): object => {
  if (status === undefined) return { loaded: false };
  const { id, type, label, status: how, statusMessage, lastRefresh, nextRefresh, expiresAt, persisted } = status;
  return {
    loaded: true,
    id,
    type,
    label,
    status: how,
    status_message: statusMessage,
    disabled: how === 'disabled',
    last_refresh: iso(lastRefresh),
    next_refresh: iso(nextRefresh),
    expires: iso(expiresAt),
    persisted,
  };
};

const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    throw new ProxyError('not-found', 'auth-dir cannot be read');
  }
};

/** What may be known of the files: whose account each is, masked, and how it is doing; none of its tokens. */
const list: ManagementHandler = (context) => {
  const directory = directoryOf(context);
  const statuses = new Map(context.credentials.statuses().map((status) => [status.path, status]));
  const files = namesIn(directory).flatMap((name) => {
    const path = join(directory, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    // Removed meanwhile, or a link to nothing.
    return stat === undefined
      ? []
      : [{ name, size: stat.size, modified: new Date(stat.mtimeMs).toISOString(), ...shown(statuses.get(path)) }];
  });
  return { files };
};

const unwritable = (error: unknown): ProxyError => {
  const reason = writeFault(error);
  return new ProxyError('not-writable', `auth-dir cannot be written to, so nothing was changed: ${reason}`, { cause: error });
};

/** What is wrong with the file is told as it is; what the disk does not take has a status of its own. */
const put = async (context: ManagementContext, name: string, tree: unknown): Promise<void> => {
  try {
    await new AuthStore(directoryOf(context), context.providers).import(name, tree);
  } catch (error) {
    if (error instanceof ConfigError && error.cause !== undefined) throw unwritable(error.cause);
    throw error;
  }
};

/** A good file on the disk is not in force while something else that is loaded with it is wrong. */
const answer = async ({ store, live }: ManagementContext): Promise<object> => {
  const outcome = await store.reload();
  const refused = outcome === 'refused' ? { reloaded: false, problems: live.refused?.problems ?? [] } : {};
  return { status: 'ok', persisted: true, revision: live.current.revision, ...refused };
};

/** The file is checked, together with the others, before it is written: a kill leaves none on the disk that would stop the next start. */
const upload: ManagementHandler = async (context, request) => {
  const name = nameIn(request);
  await put(context, name, mappingBody(request));
  return answer(context);
};

const remove: ManagementHandler = async (context, request) => {
  const store = new AuthStore(directoryOf(context), context.providers);
  const found = await store.delete(nameIn(request)).catch((error: unknown) => {
    throw unwritable(error);
  });
  if (!found) throw new ProxyError('not-found', 'there is no auth file of that name');
  return answer(context);
};

/** The OAuth credential files: GET lists them, POST `?name=` takes a new one as JSON, DELETE `?name=` removes one. None is given out. */
export default defineManagementRoute({ id: 'auth-files', path: 'auth-files', methods: { GET: list, POST: upload, DELETE: remove } });
