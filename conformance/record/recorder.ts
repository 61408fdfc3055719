import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import { recordingSuffix } from '#fixtures/recordings/recording-file';
import type { UnsealedRecording } from '#fixtures/recordings/recording';
import { sealed } from '#fixtures/recordings/seal-recording';

import type { Captured } from './captured.ts';
import { makeRecording, type MakeOptions } from './make-recording.ts';
import { Refusal, type RefusalCode } from './refusal.ts';
import { folderOf, slugOf } from './surface-of.ts';
import { whyLost } from './why-lost.ts';

/** What became of one exchange. */
export type Outcome =
  | { readonly kind: 'saved'; readonly file: string; readonly redacted: number; readonly unaskable: boolean }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly detail: string; readonly method: string; readonly path: string };

export interface RecorderOptions extends MakeOptions {
  readonly directory: string;
  readonly onOutcome: (outcome: Outcome) => void;
}

const isStream = ({ answer }: Omit<UnsealedRecording, 'id'>): boolean =>
  answer?.fields.some(([name, value]) => name.toLowerCase() === 'content-type' && /^text\/event-stream/i.test(value)) ?? false;

/** The highest number that files of this name already have. */
const lastNumber = (directory: string, slug: string): number => {
  const names = readdirSync(directory).filter((name) => name.startsWith(`${slug}-`) && name.endsWith(recordingSuffix));
  return Math.max(0, ...names.map((name) => Number(/^(\d{4,})$/.exec(name.slice(slug.length + 1, -recordingSuffix.length))?.[1] ?? 0)));
};

/** The system's errors are about the output; anything else is a fault of ours. */
const asRefusal = (error: unknown): Refusal => {
  if (error instanceof Refusal) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return new Refusal('not-written', code === 'ENOSPC' ? 'the disk is full' : message);
};

/**
 * Writes what was captured, one file after the other, and never half of one. It waits for each: a queue would grow when the traffic is
 * faster than the disk, and what is complete is written even when we are killed.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #last = new Map<string, number>();

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  readonly take = (captured: Captured): void => {
    try {
      this.#options.onOutcome(this.#write(makeRecording(captured, this.#options)));
    } catch (error) {
      this.#refuse(captured, asRefusal(error));
    }
  };

  #write(made: Omit<UnsealedRecording, 'id'>): Outcome {
    const id = this.#nextId(made);
    const file = join(this.#options.directory, `${id}${recordingSuffix}`);
    const { schema, ...rest } = made;
    // Whole or not at all, as long as the machine stays up; waiting for the disk itself would take longer than most exchanges.
    writeFileAtomic.sync(file, `${JSON.stringify(sealed({ schema, id, ...rest }), null, 2)}\n`, { fsync: false });
    const redacted = made.redactions.reduce((sum, { count }) => sum + count, 0);
    return { kind: 'saved', file, redacted, unaskable: whyLost(made.redactions) !== undefined };
  }

  #nextId(made: Omit<UnsealedRecording, 'id'>): string {
    const { request, provenance } = made;
    const name = `${folderOf(provenance.surface, provenance.upstream)}/${slugOf(request.method, request.target, isStream(made))}`;
    const folder = dirname(join(this.#options.directory, name));
    const known = this.#last.get(name);
    if (known === undefined) mkdirSync(folder, { recursive: true });
    const number = (known ?? lastNumber(folder, name.split('/')[1] ?? '')) + 1;
    this.#last.set(name, number);
    return `${name}-${String(number).padStart(4, '0')}`;
  }

  #refuse({ request }: Captured, { code, message }: Refusal): void {
    // The query may hold a key.
    this.#options.onOutcome({ kind: 'refused', code, detail: message, method: request.method, path: request.target.replace(/\?.*$/s, '') });
  }
}
