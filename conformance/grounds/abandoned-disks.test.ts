import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, expect, it } from 'vitest';

import { ownPrefix, placeOfDisks, removeAbandonedDisks } from './abandoned-disks.ts';

const made: string[] = [];
afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })));

const diskOf = (prefix: string): string => {
  const path = join(placeOfDisks(), `${prefix}test`);
  mkdirSync(join(path, 'host'), { recursive: true });
  writeFileSync(join(path, 'host', 'config.yaml'), '');
  made.push(path);
  return path;
};

/** A process that has ended. */
const endedProcess = (): number => spawnSync(process.execPath, ['-e', '']).pid;

it('takes away the disks of processes that have ended, and no others', () => {
  const own = ownPrefix();
  const abandoned = diskOf(own.replace(`-${process.pid}-`, `-${endedProcess()}-`));
  const ofSomebodyRunning = diskOf(own.replace(`-${process.pid}-`, `-${process.ppid}-`));
  const inAnotherContainer = diskOf(own.replace(/\d+-\d+-$/, `1-${endedProcess()}-`));
  const ownOne = diskOf(own);
  removeAbandonedDisks();
  expect([abandoned, ofSomebodyRunning, inAnotherContainer, ownOne].map((path) => existsSync(path))).toEqual([false, true, true, true]);
});
