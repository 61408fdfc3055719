import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import type { CanaryClock } from '../../canary/clock.ts';
import type { CanaryPlan } from '../../canary/config/canary-plan.ts';
import type { Output, RoundWritten } from '../output.ts';
import { orderly } from './orderly.ts';
import { roundDocument } from './round-document.ts';
import { roundJunit } from './round-junit.ts';
import { targetBadges } from './target-badge.ts';

export interface FileOutputsOptions {
  readonly files: CanaryPlan['files'];
  readonly clock: CanaryClock;
  readonly tell: (line: string) => void;
}

/** Of each target; the oldest go first. */
const roundsKept = 100;

/** Round ids begin with their time. Nothing that is named otherwise is ever removed. */
const roundFile = /^[0-9a-z]{9,}-[0-9a-f]{16}\.(?:json|xml)$/;

const writeRound = async (folder: string, name: string, text: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, name), text);
  const extension = name.slice(name.lastIndexOf('.'));
  const rounds = (await readdir(folder)).filter((each) => roundFile.test(each) && each.endsWith(extension)).toSorted();
  for (const old of rounds.slice(0, -roundsKept)) await rm(join(folder, old), { force: true });
};

type Writer = (written: RoundWritten, directory: string) => Promise<void>;

const perRound =
  (extension: string, textOf: (written: RoundWritten) => string): Writer =>
  (written, directory) =>
    writeRound(join(directory, written.target.name), `${written.round.id}.${extension}`, textOf(written));

const badges = (): Writer => {
  const badgeOf = targetBadges();
  return async (written, directory) => {
    await mkdir(directory, { recursive: true });
    await writeFileAtomic(join(directory, `${written.target.name}.svg`), badgeOf(written));
  };
};

const writers: Readonly<Record<string, () => Writer>> = {
  json: () => perRound('json', roundDocument),
  junit: () => perRound('xml', roundJunit),
  badge: badges,
};

/**
 * Files after each round: `json` and `junit` as DIRECTORY/TARGET/ROUND.json and .xml, the last hundred of each target; `badge` as
 * DIRECTORY/TARGET.svg. Each is replaced as a whole. Kinds that are not known are left out; the schema refuses them.
 */
export const fileOutputs = ({ files, clock, tell }: FileOutputsOptions): readonly Output[] =>
  files.flatMap(({ kind, directory }) => {
    const write = writers[kind]?.();
    if (write === undefined) return [];
    const order = orderly({ what: `${kind} in ${directory}`, clock, tell });
    return [
      {
        name: `files ${kind}`,
        onRound: (written: RoundWritten) => order.add(() => write(written, directory)),
        close: order.close,
      },
    ];
  });
