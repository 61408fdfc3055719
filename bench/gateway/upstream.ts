import { join } from 'node:path';

import type { MeasureContext } from '../measure.ts';

/** An answer that the upstream has ready, with its framing. */
export type PreparedAnswer = { readonly name: string } & (
  | {
      /** The whole response, in as many writes. */
      readonly writes: readonly Buffer[];
    }
  | {
      /** A stream of numbered events, each between `before` and `after` with its number and the time it was sent. */
      readonly head: string;
      readonly before: string;
      readonly after: string;
      readonly events: number;
      readonly firstAfterMs: number;
      readonly everyMs: number;
      readonly end: string;
    }
  | {
      /** One piece many times. */
      readonly head: string;
      readonly piece: string;
      readonly times: number;
      readonly end: string;
    }
);

export interface UpstreamUse {
  /** Of a prepared answer. */
  readonly answer: string;
  /** All requests under one name must have the same body. */
  readonly request: string;
  /** What every request's head must hold. */
  readonly headHolds: string;
}

export interface SeenRequest {
  readonly head: string;
  readonly body: string;
}

interface Told {
  readonly requests: number;
  readonly eventsSent: number;
  readonly seen?: SeenRequest;
}

/** The server behind all gateways, in a process of its own beside the load. */
export interface Upstream {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  readonly prepare: (answer: PreparedAnswer) => Promise<void>;
  /** From now on every request is answered so. */
  readonly use: (use: UpstreamUse) => Promise<void>;
  /** The first request that came under this name. */
  readonly seen: (request: string) => Promise<SeenRequest>;
  readonly stop: () => Promise<void>;
}

const replyWithinMs = 10_000;

/** It runs where the measuring process runs, and never on the gateways' core. */
export const startUpstream = async ({ children, env, root }: MeasureContext): Promise<Upstream> => {
  const program = children.start({ command: ['node', join(root, 'bench', 'gateway', 'upstream-program.mjs')], env, talks: true });
  const ask = async (message: object): Promise<Told> => {
    program.send(message);
    return (await program.receive(replyWithinMs)) as Told;
  };
  const { port } = (await program.receive(replyWithinMs)) as { readonly port: number };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    pid: program.pid,
    prepare: async (answer) =>
      void (await ask({
        prepare: 'writes' in answer ? { ...answer, writes: answer.writes.map((bytes) => bytes.toString('base64')) } : answer,
      })),
    use: async (use) => void (await ask({ use })),
    seen: async (request) => {
      const { seen } = await ask({ seen: request });
      if (seen === undefined) throw new Error(`the upstream has seen no request ${request}`);
      return seen;
    },
    stop: program.stop,
  };
};
