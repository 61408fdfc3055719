import type { Sample } from './sample.ts';

/** Which answers are held against each other. */

/** Answers of one pool have the same fields: same surface, endpoint, good or bad, JSON or stream. */
export const poolOf = ({ surface, request, status, body }: Sample): string => {
  const path = request.path.replace(/\?.*$/, '').replace(/models\/[^:/]+/, 'models/*');
  return [surface ?? '', request.method, path, status < 400 ? 'ok' : 'error', body.form].join(' ');
};

export const by = (samples: readonly Sample[], keyOf: (sample: Sample) => string): ReadonlyMap<string, readonly Sample[]> => {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = keyOf(sample);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(sample);
  }
  return groups;
};

/**
 * The sample as an answer to what this group asked. Its id says that it is one; a surface that its path does not tell, and the mount through
 * which it was recorded, would put it beside everything that it can be compared with.
 */
export const asAskedIn = (group: readonly Sample[], sample: Sample): Sample => {
  const first = group.find(({ id, group: own }) => id === own) ?? group[0] ?? sample;
  const surface = group.find((one) => one.surface !== undefined)?.surface;
  const { surface: _own, ...rest } = sample;
  const { method, path } = first.request;
  return { ...rest, ...(surface !== undefined && { surface }), request: { ...sample.request, method, path } };
};
