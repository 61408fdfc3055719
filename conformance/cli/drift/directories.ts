import { resolve } from 'node:path';

import type { CommandContext } from '../command.ts';
import { expectWhole } from '../former-directory.ts';
import { openFormats } from './format-outputs.ts';

export interface DirectoryFlags {
  readonly baseline: string;
  readonly against: string;
  readonly only?: readonly string[];
  readonly threeWay?: string;
  readonly notice?: true;
  readonly format?: readonly string[];
  readonly strict?: true;
  readonly update?: true;
}

const loadParts = async () => {
  const [
    { readSamples },
    { driftFormats },
    { onlyGroups },
    { planFromDirectory },
    { judgeDrift, noticingOf, typesOf, unreadIn },
    { changeListIs, reportDrift },
  ] = await Promise.all([
    import('../../drift/read-samples.ts'),
    import('../../drift/find-format.ts'),
    import('../../drift/live/select-items.ts'),
    import('../../drift/update/plan-update.ts'),
    import('./judge.ts'),
    import('./report-drift.ts'),
  ]);
  return { readSamples, driftFormats, onlyGroups, planFromDirectory, judgeDrift, noticingOf, typesOf, unreadIn, changeListIs, reportDrift };
};

/** `wireproof drift --baseline DIR --against DIR`. */
export const compareDirectories = async (flags: DirectoryFlags, { io }: CommandContext): Promise<number> => {
  const parts = await loadParts();
  const { update, strict = false } = flags;
  const outputIsFor = update === true ? { outputIsFor: parts.changeListIs } : {};
  const outputs = await openFormats(flags.format ?? [], { io, names: parts.driftFormats(), ...outputIsFor });
  const [baseline, against] = [resolve(io.cwd, flags.baseline), resolve(io.cwd, flags.against)];
  expectWhole(baseline, io);
  const old = parts.readSamples(baseline);
  const within = parts.onlyGroups(old, flags.only ?? []);
  const fresh = parts.readSamples(against).filter(({ group }) => within(group));
  const types = await parts.typesOf(flags.threeWay, io);
  const report = await parts.judgeDrift(old, fresh, { within, types, noticing: parts.noticingOf(flags, io) });
  const hasAnswer = (wanted: string): boolean => fresh.some(({ group, noAnswer }) => group === wanted && noAnswer === undefined);
  const updating = {
    baseline,
    replacement: () => parts.planFromDirectory(baseline, against, within),
    // An answer of the baseline that cannot be compared is what an update mends.
    obstacles: [...report.notCompared.filter((group) => !hasAnswer(group)), ...parts.unreadIn(fresh)],
  };
  return parts.reportDrift(report, outputs, { io, strict, ...(update === true && { updating }) });
};
