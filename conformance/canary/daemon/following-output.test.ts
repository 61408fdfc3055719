import { expect, it } from 'vitest';

import type { Output } from '../../outputs/output.ts';
import { morning, watchedPlan, writtenRound } from '../../outputs/testing/watched-canary.ts';
import { followingOutput } from './following-output.ts';

it('begins anew what a reload asks otherwise, ends what was there, and keeps it where the new one cannot be had', async () => {
  const happened: string[] = [];
  const outputOf = (directory: string): Output => ({
    name: directory,
    onRound: () => void happened.push(`${directory} gets a round`),
    close: async () => void happened.push(`${directory} ends`),
  });
  const planOf = (...directories: readonly string[]) =>
    watchedPlan({ files: directories.map((directory) => ({ kind: 'json', directory })) });
  const { output, follow } = await followingOutput(
    {
      name: 'files',
      of: ({ files }) => files,
      begin: async ({ files }) => {
        if (files.some(({ directory }) => directory === 'broken')) throw new Error('cannot be had');
        return files.map(({ directory }) => outputOf(directory));
      },
    },
    planOf('a'),
  );
  const round = writtenRound(morning);
  await output.onRound(round);
  await follow(planOf('a'));
  await output.onRound(round);
  await follow(planOf('b', 'c'));
  await output.onRound(round);
  await expect(follow(planOf('broken'))).rejects.toThrow('cannot be had');
  await output.onRound(round);
  await follow(planOf());
  await output.onRound(round);
  await output.close();
  expect(happened).toEqual([
    'a gets a round',
    'a gets a round',
    'a ends',
    'b gets a round',
    'c gets a round',
    'b gets a round',
    'c gets a round',
    'b ends',
    'c ends',
  ]);
});
