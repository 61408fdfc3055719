/**
 * Citations count characters. JavaScript counts a character beyond U+FFFF twice; leaving out the second halves counts it once, even when
 * a stream cut it in two.
 */
export const charactersIn = (text: string): number => text.length - (text.match(/[\uDC00-\uDFFF]/g)?.length ?? 0);
