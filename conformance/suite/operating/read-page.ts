/** A part of the source page. `run` and `start` are shell commands; `start` is for programs that stay, such as the proxy. */
export type Piece =
  | { readonly kind: 'prose'; readonly text: string }
  | { readonly kind: 'run'; readonly command: string; readonly exitCode: number; readonly line: number }
  | { readonly kind: 'start'; readonly command: string; readonly line: number }
  /** Commands that every later one begins with: the reader types them once into his shell. */
  | { readonly kind: 'prelude'; readonly command: string; readonly line: number };

const fence = /^```bash *([^\n]*)\n([\s\S]*?)^```$/gm;

const shellPiece = (how: string, command: string, line: number): Piece => {
  if (how === 'start' || how === 'prelude') return { kind: how, command, line };
  const exit = /^(?:exit=(\d+))?$/.exec(how);
  if (exit === null) throw new Error(`line ${line}: expected bash, bash exit=N, bash start or bash prelude, got bash ${how}`);
  return { kind: 'run', command, exitCode: Number(exit[1] ?? 0), line };
};

/** Splits the source page: its bash fences are what is run, everything else is prose. */
export const readPage = (source: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: whole, 1: how = '', 2: command = '', index } of source.matchAll(fence)) {
    pieces.push({ kind: 'prose', text: source.slice(end, index) });
    pieces.push(shellPiece(how.trim(), command, source.slice(0, index).split('\n').length));
    end = index + whole.length;
  }
  return [...pieces, { kind: 'prose', text: source.slice(end) }];
};
