import type { Between } from './grounds/between.ts';
import type { ClientShell } from './grounds/client.ts';
import type { Disk } from './grounds/disk.ts';
import type { Image } from './grounds/image.ts';
import type { Launch } from './grounds/launch.ts';

/** What a target stands on and between, where the row is about that. Made for the start that needs it, and taken away with it. */
export interface Ground {
  /** The files on which the target is started. */
  readonly disk?: Disk;
  /** The reverse proxy between caller and target. */
  readonly between?: Between;
  /** How the target's program is started, where a step starts it. */
  readonly launch?: Launch;
  /** The image that the target is deployed from. */
  readonly image?: Image;
  /** The shell from which clients are started: the caller's side, so it asks nothing of the target. */
  readonly client?: ClientShell;
}

export type GroundKind = keyof Ground;
