/** Levels of reasoning effort, weakest first, and the thinking budget in tokens that each stands for (sheet row 12, level table). */
export const budgetOfLevel = {
  none: 0,
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 32_768,
  max: 128_000,
} as const;

export type ReasoningLevel = keyof typeof budgetOfLevel;

export const reasoningLevels = Object.keys(budgetOfLevel) as readonly ReasoningLevel[];

/** The known level that a client's word means, whatever its case. "auto" is not a level: it leaves the amount to the model. */
export const readLevel = (word: string): ReasoningLevel | undefined => reasoningLevels.find((level) => level === word.toLowerCase());

/** The closest of the `offered` levels (weakest first); between two equally near ones the weaker (sheet row 12: ties go down). */
export const nearestLevel = (wanted: ReasoningLevel, offered: readonly ReasoningLevel[]): ReasoningLevel | undefined => {
  const distance = (level: ReasoningLevel) => Math.abs(reasoningLevels.indexOf(level) - reasoningLevels.indexOf(wanted));
  return offered.reduce<ReasoningLevel | undefined>(
    (best, level) => (best === undefined || distance(level) < distance(best) ? level : best),
    undefined,
  );
};
