type Tree = Readonly<Record<string, unknown>>;

/** What the classes of refusals are told by. */
export interface RefusalBody {
  /** Whether it is an error as APIs write it, and not a page. */
  readonly isJson: boolean;
  readonly message: string;
  /** Lower-case codes, types, statuses and reasons, of whatever vendor. */
  readonly words: ReadonlySet<string>;
  /** The first value under this key: in the error, its details, or their metadata. */
  readonly field: (key: string) => unknown;
}

/** More than any vendor's error has. */
const longest = 65_536;

const asTree = (value: unknown): Tree | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Tree) : undefined;

const parsed = (text: string): unknown => {
  if (text.length > longest) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const entriesOf = (value: unknown): readonly Tree[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : [])
    .slice(0, 50)
    .map(asTree)
    .filter((entry) => entry !== undefined);

const treesIn = (bodyText: string): readonly Tree[] => {
  const wire = parsed(bodyText);
  // Some endpoints of Google wrap the error in a list.
  const body = asTree(Array.isArray(wire) ? (wire as readonly unknown[])[0] : wire);
  if (body === undefined) return [];
  const error = asTree(body['error']) ?? asTree(asTree(body['response'])?.['error']);
  const entries = entriesOf((error ?? body)['details']);
  return [
    ...(error === undefined ? [] : [error]),
    body,
    ...entries,
    ...entries.map((entry) => asTree(entry['metadata'])).filter((entry) => entry !== undefined),
  ];
};

const wordKeys = ['code', 'type', 'status', 'reason'];

const text = (value: unknown): readonly string[] => (typeof value === 'string' && value !== '' ? [value] : []);

/** Reads what vendors put into an error, wherever they put it. Text that is no JSON is its own message. */
export const readRefusal = (bodyText: string): RefusalBody => {
  const trees = treesIn(bodyText);
  const messages = trees.flatMap((tree) => [tree['message'], tree['detail'], tree['error'], tree['error_description']].flatMap(text));
  return {
    isJson: trees.length > 0,
    message: trees.length === 0 ? bodyText.slice(0, longest) : messages.join('\n'),
    words: new Set(
      [...trees.flatMap((tree) => wordKeys.flatMap((key) => text(tree[key]))), ...text(trees[0]?.['error'])].map((word) =>
        word.toLowerCase(),
      ),
    ),
    field: (key) => trees.find((tree) => Object.hasOwn(tree, key))?.[key],
  };
};
