import { join } from 'node:path';

import type { MeasureContext } from '../measure.ts';
import { askOnce } from '../load/ask-once.ts';
import { workloads } from './workload.ts';

/** A server that answers the same requests as the others do. */
export interface Contestant {
  readonly name: 'bare' | 'aimock' | 'wireproof';
  readonly label: string;
  /** Makes up an id and a time for each answer; all else must be the same every time. */
  readonly makesUpIds: boolean;
  readonly command: readonly string[];
}

export const aimock = { name: '@copilotkit/aimock', version: '1.43.0' } as const;

/** The three, or the two when aimock's folder is not there. */
export const contestantsIn = (root: string, aimockFolder: string | undefined): readonly Contestant[] => {
  const program = (name: string): string => join(root, 'bench', 'contestants', `${name}.mjs`);
  const exchanges = join(root, 'fixtures', 'exchanges', 'openai-chat');
  const bare = { name: 'bare', label: 'bare node:http', makesUpIds: false, command: ['node', program('bare'), exchanges] } as const;
  const ours = { name: 'wireproof', label: 'wireproof', makesUpIds: false, command: ['node', program('wireproof')] } as const;
  if (aimockFolder === undefined) return [bare, ours];
  const command = ['node', program('aimock'), exchanges, aimockFolder];
  return [bare, { name: 'aimock', label: `aimock ${aimock.version}`, makesUpIds: true, command }, ours];
};

export interface Usage {
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

export interface RunningContestant {
  readonly contestant: Contestant;
  readonly port: number;
  /** From the start of its process to the end of its first right answer. */
  readonly startMs: number;
  readonly usage: () => Promise<Usage>;
  readonly stop: () => Promise<void>;
}

const replyWithinMs = 20_000;

/** Starts one in a process of its own and awaits its first 200. */
export const startContestant = async (
  contestant: Contestant,
  { children, env }: MeasureContext,
  serverPrefix: readonly string[],
): Promise<RunningContestant> => {
  const program = children.start({ command: [...serverPrefix, ...contestant.command], env, talks: true });
  try {
    const { port } = (await program.receive(replyWithinMs)) as { readonly port: number };
    const { status, complete } = await askOnce(port, workloads.json.request(port));
    if (status !== 200 || !complete) throw new Error(`${contestant.label} gave ${status} to the first request`);
    const usage = (): Promise<Usage> => {
      program.send('usage');
      return program.receive(replyWithinMs) as Promise<Usage>;
    };
    return { contestant, port, startMs: performance.now() - program.startedAt, usage, stop: program.stop };
  } catch (error) {
    await program.stop();
    throw error;
  }
};
