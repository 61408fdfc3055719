import type { BaselineItem, RecordedRequest } from './baseline-item.ts';
import { withCredential } from './credential.ts';
import type { Gap } from './live-run.ts';
import { whyUnasked } from './why-unasked.ts';

/** One request that is asked again. */
export interface Question {
  readonly group: string;
  readonly request: RecordedRequest;
  readonly dropContent: boolean;
  /** The baseline's answer is cut as well. */
  readonly cut: boolean;
}

/** One item for each group: the answer that is its first. */
const firstOfGroups = (items: readonly BaselineItem[]): readonly BaselineItem[] => {
  const first = new Map<string, BaselineItem>();
  for (const item of items) if (!first.has(item.group) || item.id === item.group) first.set(item.group, item);
  return [...first.values()];
};

/** What is asked, each group once, and what never can be, with the reason. */
export const questionsOf = (
  items: readonly BaselineItem[],
  key: string | undefined,
): { readonly questions: readonly Question[]; readonly never: readonly Gap[] } => {
  const sorted = firstOfGroups(items).map((item) => ({ item, because: whyUnasked(item) }));
  return {
    never: sorted.flatMap(({ item, because }) => (because === undefined ? [] : [{ id: item.group, samples: 0, because, never: true }])),
    questions: sorted
      .filter(({ because }) => because === undefined)
      .map(({ item }) => ({ group: item.group, request: withCredential(item, key), dropContent: item.dropsContent, cut: item.cut })),
  };
};
