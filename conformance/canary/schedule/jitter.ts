const offset = 2_166_136_261;
const prime = 16_777_619;

/** FNV-1a with a final mix: the same number from 0 to 2³²-1 for the same text on every machine. No secret depends on it. */
const hashOf = (text: string): number => {
  let hash = offset;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
  hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** From 0 (inclusive) to `most` milliseconds (inclusive), whole, the same for the same words in every process. */
export const spread = (words: string, most: number): number => Math.floor((hashOf(words) / 2 ** 32) * (most + 1));
