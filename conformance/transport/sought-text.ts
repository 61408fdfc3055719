/**
 * Looks for a text in an answer that comes in pieces, wherever it is cut.
 * @returns whether it has come with this piece. Of what came before, only as much is kept as may be its beginning.
 */
export const seekText = (text: string): ((piece: Buffer) => boolean) => {
  // One letter per byte, so that characters may be cut, too.
  const wanted = Buffer.from(text).toString('latin1');
  let tail = '';
  return (piece) => {
    const seen = tail + piece.toString('latin1');
    tail = wanted.length > 1 ? seen.slice(1 - wanted.length) : '';
    return seen.includes(wanted);
  };
};
