#!/usr/bin/env node
import { isatty } from 'node:tty';

import { paletteFor } from '../reporters/palette.ts';
import { errorText, exitCodeOfError } from './format-error.ts';
import { coloursFor, exitCodeOfSignal, type CliIo } from './io.ts';
import { runCli } from './run-cli.ts';

/** How long a handle that someone forgot may keep the process alive after the work is done. */
const lingerMs = 1_000;

const stop = new AbortController();

/** The first signal asks for a clean end, the second one does not wait for it. */
const onSignal = (name: NodeJS.Signals): void => {
  // A command that does something of its own at a hang-up is not ended by it.
  if (name === 'SIGHUP' && process.listenerCount(name) > 1) return;
  if (stop.signal.aborted) process.exit(exitCodeOfSignal(name));
  stop.abort(name);
};
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);

/** A reader that has gone (`wireproof list | head -1`) is no reason to fail; what would be written then is dropped. */
const writerTo = (stream: NodeJS.WriteStream): ((text: string) => void) => {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone = true;
  });
  return (text) => {
    if (!gone) stream.write(text);
  };
};

/** A terminal that does not know its width says 0. */
const knownWidths = [process.stdout.columns, process.stderr.columns].filter((width) => width > 0);

const io: CliIo = {
  out: writerTo(process.stdout),
  err: writerTo(process.stderr),
  outIsTerminal: isatty(1),
  errIsTerminal: isatty(2),
  columns: knownWidths[0] ?? 100,
  cwd: process.cwd(),
  env: process.env,
  signal: stop.signal,
};

/** What nobody awaited is a fault of ours; it ends the process in the same form as any other error. */
process.on('uncaughtException', (error) => {
  const debug = process.argv.includes('--debug');
  io.err(errorText(error, { debug, paint: paletteFor(coloursFor(io, io.errIsTerminal, true)) }));
  process.exit(exitCodeOfError(error));
});

process.exitCode = await runCli(process.argv.slice(2), io);
setTimeout(() => process.exit(), lingerMs).unref();
