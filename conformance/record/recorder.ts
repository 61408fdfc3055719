import { mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { isEventStreamType } from '#fixtures/event-stream-type';
import { largestFile, recordingSuffix } from '#fixtures/recordings/recording-file';
import type { Recording, UnsealedRecording } from '#fixtures/recordings/recording';

import type { Captured } from './captured.ts';
import { type ToldRefusal, toldRefusal } from './discreet-refusal.ts';
import { makeRecording, type MakeOptions } from './make-recording.ts';
import { writeNewFile } from './new-file.ts';
import { readableRecording } from './readable-recording.ts';
import { Refusal } from './refusal.ts';
import { folderOf, slugOf } from './surface-of.ts';
import { whyLost } from './why-lost.ts';

/** What became of one exchange. */
export type Outcome =
  | { readonly kind: 'saved'; readonly file: string; readonly redacted: number; readonly unaskable: boolean }
  | ({ readonly kind: 'refused' } & ToldRefusal);

export interface RecorderOptions extends MakeOptions {
  readonly directory: string;
  readonly onOutcome: (outcome: Outcome) => void;
}

const isStream = ({ answer }: Omit<UnsealedRecording, 'id'>): boolean =>
  answer?.fields.some(([name, value]) => name.toLowerCase() === 'content-type' && isEventStreamType(value)) ?? false;

/** Bytes that JSON escapes take up to six times their room, and a file that nobody can read again takes its whole directory along. */
const readableText = (recording: Recording): string => {
  const text = `${JSON.stringify(recording, null, 2)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes <= largestFile) return text;
  throw new Refusal('too-large', `its file would have ${bytes} bytes, and at most ${largestFile} are read again`);
};

/** The highest number that files of this name already have. */
const lastNumber = (directory: string, name: string): number => {
  const slug = basename(name);
  const names = readdirSync(dirname(join(directory, name))).filter((one) => one.startsWith(`${slug}-`) && one.endsWith(recordingSuffix));
  return Math.max(0, ...names.map((one) => Number(/^(\d{4,})$/.exec(one.slice(slug.length + 1, -recordingSuffix.length))?.[1] ?? 0)));
};

/** The system's errors are about the output. Anything else is a fault of ours, which must not end the exchanges beside this one. */
const asRefusal = (error: unknown): Refusal => {
  if (error instanceof Refusal) return error;
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return new Refusal('own-fault', message);
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

  readonly take = (captured: Captured): void => this.#options.onOutcome(this.#outcomeOf(captured));

  #outcomeOf(captured: Captured): Outcome {
    try {
      return this.#write(makeRecording(captured, this.#options));
    } catch (error) {
      return { kind: 'refused', ...toldRefusal(captured.request, asRefusal(error)) };
    }
  }

  #write(made: Omit<UnsealedRecording, 'id'>): Outcome {
    const { schema, ...rest } = made;
    const recording = readableRecording({ schema, id: this.#nameOf(made), ...rest });
    const file = this.#writeNumbered(recording);
    const redacted = made.redactions.reduce((sum, { count }) => sum + count, 0);
    return { kind: 'saved', file, redacted, unaskable: whyLost(made.redactions) !== undefined };
  }

  #nameOf(made: Omit<UnsealedRecording, 'id'>): string {
    const { request, provenance } = made;
    return `${folderOf(provenance.surface, provenance.upstream)}/${slugOf(request.method, request.target, isStream(made))}`;
  }

  /** Behind the name: the next number that nobody took meanwhile, another recorder with the same output neither. */
  #writeNumbered(recording: Recording): string {
    const { id: name } = recording;
    const { directory } = this.#options;
    const known = this.#last.get(name);
    if (known === undefined) mkdirSync(dirname(join(directory, name)), { recursive: true });
    for (let number = (known ?? lastNumber(directory, name)) + 1; ; number += 1) {
      const id = `${name}-${String(number).padStart(4, '0')}`;
      const file = join(directory, `${id}${recordingSuffix}`);
      if (!writeNewFile(file, readableText({ ...recording, id }))) continue;
      this.#last.set(name, number);
      return file;
    }
  }
}
