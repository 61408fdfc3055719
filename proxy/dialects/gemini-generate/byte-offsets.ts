/** Where each character (code point) of a text begins in its UTF-8, and last where the text ends. */
export const byteOffsets = (text: string): Uint32Array => {
  const offsets = new Uint32Array(text.length + 1);
  let [count, at] = [0, 0];
  for (const character of text) {
    offsets[count++] = at;
    at += bytesOf(character.codePointAt(0) ?? 0);
  }
  offsets[count] = at;
  return offsets.subarray(0, count + 1);
};

const bytesOf = (codePoint: number): number => {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x1_0000 ? 3 : 4;
};

/** Which character holds this byte; the number of characters for what is beyond the end. */
export const characterAt = (offsets: Uint32Array, byte: number): number => {
  let [low, high] = [0, offsets.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= byte) low = middle;
    else high = middle - 1;
  }
  return low;
};
