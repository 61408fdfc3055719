import type { ProgramStart } from '../targets/program.ts';

/**
 * What every such program begins with. `run` starts the clean program and hands on what it says: `line` makes another line of each, or
 * none, `after` is said when it has ended, `code` makes another exit code.
 */
const prelude = `
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const command = process.argv.slice(1);
const checks = command.includes('--check');
const configPath = command[command.indexOf('--config') + 1];
const eachLine = (stream, onLine) => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (piece) => {
    const parts = (rest + piece).split('\\n');
    rest = parts.pop();
    parts.forEach(onLine);
  });
};
const run = ({ line = (text) => text, after = () => '', code = (given) => given } = {}) => {
  process.on('SIGTERM', () => undefined);
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const name of ['stdout', 'stderr']) {
    eachLine(child[name], (text) => {
      const said = line(text);
      if (said !== undefined) process[name].write(said + '\\n');
    });
  }
  child.on('close', (given) => {
    process.stderr.write(after(given));
    process.exitCode = code(given);
  });
};
`;

/**
 * A program in place of the clean one, which it may run: a text of JavaScript, because it becomes a process of its own.
 * @example around('run({ code: () => 0 })')
 */
export const around =
  (script: string) =>
  (start: ProgramStart): ProgramStart => ({
    ...start,
    command: [process.execPath, '--eval', `${prelude}${script}`, '--', ...start.command],
  });
