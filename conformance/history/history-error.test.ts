import { describe, expect, it } from 'vitest';

import { ToolError } from '../errors.ts';
import { historyError, mayPass, shownLocation } from './history-error.ts';

const saying = (message: string, code?: string): Error => Object.assign(new Error(message), code === undefined ? {} : { code });

describe('historyError', () => {
  it.each([
    ['28P01', 'history-unusable', 'the password is wrong'],
    ['28000', 'history-unusable', 'the server does not let this user in'],
    ['3D000', 'history-unusable', 'there is no such database'],
    ['42501', 'history-unusable', 'the user may not create tables'],
    ['SQLITE_CORRUPT', 'history-unusable', 'the database is damaged'],
    ['SQLITE_READONLY', 'history-unusable', 'it cannot be written'],
    ['SQLITE_FULL', 'history-unreachable', 'the disk is full'],
    ['SQLITE_BUSY', 'history-unreachable', 'another process keeps it locked'],
    ['53300', 'history-unreachable', 'the server has no connections left'],
    ['57P03', 'history-unreachable', 'the server does not answer'],
    ['ECONNREFUSED', 'history-unreachable', 'the server does not answer'],
    ['25006', 'history-unreachable', 'the server is read-only'],
    ['57014', 'history-unreachable', 'the server ends what takes long'],
    ['58030', 'history-unreachable', 'the disk of the server does not work'],
  ])('makes a sentence of %s', (code, expected, actual) => {
    const error = historyError('postgres://ops:s3cret@db:5432/canary?sslmode=require', saying('ops:s3cret', code));
    expect(error).toBeInstanceOf(ToolError);
    const { problems, ...told } = error as ToolError;
    expect([told.code, problems.map((problem) => problem.actual), problems.map(({ where }) => where)]).toEqual([
      expected,
      [actual],
      ['postgres://db:5432/canary'],
    ]);
    expect(`${(error as ToolError).message} ${JSON.stringify(problems)}`).not.toContain('s3cret');
  });

  it('leaves alone what it does not know: that is a fault of ours', () => {
    const error = new TypeError('x is not a function');
    expect([historyError('canary.db', error), mayPass(error)]).toEqual([error, false]);
  });
});

describe('mayPass', () => {
  it.each([
    ['a server that is gone', saying('connect ECONNREFUSED', 'ECONNREFUSED'), true],
    ['several addresses of it', new AggregateError([saying('connect ECONNREFUSED', 'ECONNREFUSED')]), true],
    ['a connection that broke', saying('Connection terminated unexpectedly'), true],
    ['an answer that does not come', saying('Query read timeout'), true],
    ['a deadlock', saying('deadlock detected', '40P01'), true],
    ['a primary that has become a standby', saying('cannot execute INSERT in a read-only transaction', '25006'), true],
    ['a statement that its operator bounds', saying('canceling statement due to statement timeout', '57014'), true],
    ['a full disk', saying('database or disk is full', 'SQLITE_FULL'), true],
    ['a row that is there already', saying('duplicate key', '23505'), false],
    ['a broken statement', saying('syntax error', '42601'), false],
    ['a constraint', saying('UNIQUE constraint failed', 'SQLITE_CONSTRAINT_UNIQUE'), false],
    ['a wrong password', saying('no', '28P01'), false],
  ])('knows %s', (_what, error, expected) => {
    expect(mayPass(error)).toBe(expected);
  });
});

describe('shownLocation', () => {
  it.each([
    ['canary.db', 'canary.db'],
    ['postgres://ops:s3cret@db/canary', 'postgres://db/canary'],
    ['postgres://ops@localhost/canary?host=%2Frun%2Fpg&password=s3cret', 'postgres://localhost/canary'],
    ['postgres://[s3cret', 'postgres://…'],
  ])('of %s is %s', (location, shown) => {
    expect(shownLocation(location)).toBe(shown);
  });
});
