/** What databases say when something is wrong, in words for people, and whether waiting can help. */
import { ToolError } from '../errors.ts';
import { NewerSchemaError } from './database/migrate.ts';

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '');

/** System errors of sockets and names, and what PostgreSQL calls connection trouble, shutting down, starting up, out of resources. */
const goneCodes =
  /^(?:E(?:CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)|ENOENT|08...|57P..|53...)$/;
const goneWords = /timeout|terminated|Connection ended|not queryable|Client was closed/i;
/** Not the fault of what was asked: another transaction was in the way, and the same again will do. */
const clashCodes = /^(?:40001|40P01|55P03)$/;
/** A server in the middle of a failover is read-only; its operator ends what takes too long; its disk does not work. */
const hinderedCodes = /^(?:25006|25P0[34]|57014|58...)$/;
const sqliteTrouble = /^SQLITE_(?:BUSY|FULL|IOERR|CANTOPEN|READONLY|NOMEM)/;

/**
 * True where the same may succeed later without anybody changing it: the server is away, the disk is full, somebody holds a lock. False
 * where it would fail again, such as a broken statement.
 */
export const mayPass = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.some(mayPass);
  if (error instanceof ToolError) return error.code === 'history-unreachable';
  const code = codeOf(error);
  if ([goneCodes, clashCodes, hinderedCodes, sqliteTrouble].some((codes) => codes.test(code))) return true;
  return code === '' && error instanceof Error && goneWords.test(error.message);
};

/** A location for people: without what is secret. */
export const shownLocation = (location: string): string => {
  if (!isPostgresUrl(location)) return location;
  try {
    const { protocol, hostname, port, pathname, searchParams } = new URL(location);
    const host = hostname === '' ? (searchParams.get('host') ?? '') : hostname;
    return `${protocol}//${host}${port === '' ? '' : `:${port}`}${pathname}`;
  } catch {
    return 'postgres://…';
  }
};

export const isPostgresUrl = (location: string): boolean => /^postgres(?:ql)?:\/\//i.test(location);

interface Sentence {
  readonly when: RegExp;
  readonly actual: string;
  readonly hint: string;
}

/** By the code, or by the message where there is none. */
const unusable: readonly Sentence[] = [
  { when: /^SQLITE_NOTADB/, actual: 'it is not an SQLite database', hint: 'choose another path, or move that file away' },
  { when: /^SQLITE_CORRUPT/, actual: 'the database is damaged', hint: 'run "wireproof history check", and restore a copy' },
  { when: /^SQLITE_READONLY/, actual: 'it cannot be written', hint: 'give write permission on the file and its folder' },
  {
    when: /^SQLITE_CANTOPEN|database .*: 14\b/,
    actual: 'the file cannot be opened or made',
    hint: 'create its folder first, and give write permission on it; a folder is no file',
  },
  { when: /^28P01/, actual: 'the password is wrong', hint: 'mend the URL in the variable that holds it' },
  { when: /^28000/, actual: 'the server does not let this user in', hint: 'check user name, TLS (sslmode) and pg_hba.conf' },
  { when: /^SASL|SASL/, actual: 'the server wants a password', hint: 'give one in the URL, by a variable' },
  { when: /^3D000/, actual: 'there is no such database', hint: 'create it: createdb NAME' },
  { when: /^42501/, actual: 'the user may not create tables', hint: 'grant create on the schema, or let its owner start once' },
  { when: /Invalid URL|ERR_INVALID_URL/, actual: 'it is no URL', hint: 'for example postgres://user:password@host:5432/database' },
];

const unreachable: readonly Sentence[] = [
  { when: /^SQLITE_FULL|^53100|^ENOSPC/, actual: 'the disk is full', hint: 'make room; "wireproof history prune" frees old rows' },
  { when: /^SQLITE_BUSY/, actual: 'another process keeps it locked', hint: 'end the process that holds the file' },
  { when: /^SQLITE_IOERR/, actual: 'the disk does not work', hint: 'look at the system log' },
  { when: /^ENOTFOUND|^EAI_AGAIN/, actual: 'the host name is not known', hint: 'check the host of the URL' },
  { when: /^53300/, actual: 'the server has no connections left', hint: 'raise max_connections, or end idle clients' },
  { when: /^25006/, actual: 'the server is read-only', hint: 'point the URL at the primary; during a failover it is enough to wait' },
  {
    when: /^(?:57014|25P0[34])/,
    actual: 'the server ends what takes long',
    hint: 'look at its load, and at statement_timeout of this user',
  },
  { when: /^58/, actual: 'the disk of the server does not work', hint: "look at the server's log" },
  { when: /^(?:57P|08|E)|timeout|terminated/, actual: 'the server does not answer', hint: 'is it running, and reachable from here?' },
];

const matching = (sentences: readonly Sentence[], error: unknown): Sentence | undefined => {
  const text = codeOf(error) === '' && error instanceof Error ? error.message : codeOf(error);
  return sentences.find(({ when }) => when.test(text));
};

const expectedAt = (location: string): string =>
  isPostgresUrl(location) ? 'a PostgreSQL database that can be written' : 'an SQLite file that can be written, or a path for a new one';

const newer = (location: string, { unknown }: NewerSchemaError): ToolError =>
  new ToolError('history-unusable', 'the history is of a newer version of wireproof', {
    problems: [
      {
        where: shownLocation(location),
        expected: 'a schema that this version knows',
        actual: `it has ${unknown.join(', ')}`,
        hint: 'use the version that wrote it; schemas only go forward',
      },
    ],
  });

/** Any error of opening or using a history as a ToolError: `history-unusable` (somebody must act) or `history-unreachable` (it may pass). */
export const historyError = (location: string, error: unknown): unknown => {
  if (error instanceof ToolError) return error;
  if (error instanceof NewerSchemaError) return newer(location, error);
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const bad = matching(unusable, first);
  const away = bad === undefined ? matching(unreachable, first) : undefined;
  const found = bad ?? away;
  if (found === undefined) return error;
  return new ToolError(bad === undefined ? 'history-unreachable' : 'history-unusable', `the history cannot be used: ${found.actual}`, {
    problems: [{ where: shownLocation(location), expected: expectedAt(location), actual: found.actual, hint: found.hint }],
    cause: error,
  });
};
