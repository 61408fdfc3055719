import { editTopLevel } from '../json/json-text.ts';
import { defineRemedy } from './remedy.ts';

type Tree = Readonly<Record<string, unknown>>;

const treeOf = (value: unknown): Tree => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {});

const parsed = (data: string): Tree => {
  try {
    return treeOf(JSON.parse(data));
  } catch {
    return {};
  }
};

/** What an upstream tells because it was asked: `"usage":null` in every chunk, and one more chunk with nothing but the count. */
const withoutUsage = (data: string): string | undefined => {
  if (!data.includes('"usage"')) return data;
  const { usage, choices } = parsed(data);
  if (usage === null) return editTopLevel(data, { usage: undefined });
  // A count beside choices comes unasked: some vendors put it there, and their clients know it.
  return usage !== undefined && Array.isArray(choices) && choices.length === 0 ? undefined : data;
};

export default defineRemedy({
  id: 'request-stream-usage',
  matrixRow: 11,
  about:
    'A Chat upstream tells the tokens of a stream only when asked. It is asked also for clients that did not ask, who get the stream without what they did not ask for.',
  onOwnStream: ({ dialect, body }) => {
    const options = treeOf(body.stream_options);
    if (dialect !== 'openai-chat' || options.include_usage === true) return undefined;
    return { asks: { stream_options: { ...options, include_usage: true } }, shows: withoutUsage };
  },
});
