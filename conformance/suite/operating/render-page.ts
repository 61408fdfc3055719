import type { Piece } from './read-page.ts';
import type { Shell } from './shell.ts';
import { type Place, steadyText, withRealPorts } from './steady-text.ts';

const block = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

const shown = (command: string, output: string): string =>
  output === '' ? block('bash', command) : `${block('bash', command)}\n\n${block('text', output)}`;

const perform = async (piece: Exclude<Piece, { kind: 'prose' }>, shell: Shell, place: Place): Promise<string> => {
  const command = withRealPorts(piece.command, place.ports);
  if (piece.kind === 'prelude') {
    shell.remember(command);
    return '';
  }
  if (piece.kind === 'start') return shell.start(command);
  const { exitCode, output } = await shell.run(command);
  if (exitCode !== piece.exitCode) throw new Error(`expected exit code ${piece.exitCode}, got ${exitCode}:\n${output}`);
  return output;
};

/** Runs the commands of the page one after the other. @returns the page, with what each of them said below it. */
export const renderPage = async (pieces: readonly Piece[], shell: Shell, place: Place): Promise<string> => {
  const parts: string[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'prose') {
      parts.push(piece.text);
      continue;
    }
    try {
      parts.push(shown(piece.command, steadyText(await perform(piece, shell, place), place)));
    } catch (cause) {
      throw new Error(`line ${piece.line} of the page: ${steadyText((cause as Error).message, place)}\nfor\n${piece.command}`, { cause });
    }
  }
  return parts.join('');
};
