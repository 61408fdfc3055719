const mark = 'claude-fable-5-dd-';

const reversed = (text: string): string => Array.from(text).reverse().join('');

/** How Anthropic's list of August 2026 shows ids of other vendors, so that clients that look for Claude take them (sheets 1.3, S6). */
export const cloaked = (id: string): string => (id.startsWith('claude-') ? id : `${mark}${reversed(id)}`);

/** The id behind a cloaked one. */
export const uncloaked = (id: string): string => (id.startsWith(mark) ? reversed(id.slice(mark.length)) : id);
