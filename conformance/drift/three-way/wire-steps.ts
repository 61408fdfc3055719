/** A step of a drift path, from a value into it. */
export type WireStep =
  { readonly into: 'field'; readonly name: string } | { readonly into: 'items' } | { readonly into: 'variant'; readonly type: string };

const part = /\.([^.[\]]+)|\[(?:type=([^\]]*))?\]/g;

const stepOf = ([, name, type]: RegExpMatchArray): WireStep => {
  if (name !== undefined) return { into: 'field', name };
  return type === undefined ? { into: 'items' } : { into: 'variant', type };
};

/** `chunk` is the kind of events that have no type. */
const ofEvent = (kind: string): readonly WireStep[] => (kind === 'chunk' ? [] : [{ into: 'variant', type: kind }]);

/** The steps of `body.choices[].message` or `events[response.created].response.id`; none of what is no place in a body. */
export const stepsOf = (path: string): readonly WireStep[] => {
  const head = /^(?:body|events\[([^\]]*)\])/.exec(path);
  if (head === null) return [];
  const rest = [...path.slice(head[0].length).matchAll(part)].map(stepOf);
  return head[1] === undefined ? rest : [...ofEvent(head[1]), ...rest];
};
