/** Levels of effort, weakest first, and the thinking budget in tokens that each stands for (sheet row 12, level table). */
export const budgetOfLevel = {
  none: 0,
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 32_768,
  max: 128_000,
} as const;

export type Level = keyof typeof budgetOfLevel;

export const levels = Object.keys(budgetOfLevel) as readonly Level[];

/** Largest budget in tokens that a level still covers; above the last, `xhigh` (sheet row 12, budget table). */
const reachOfLevel: readonly (readonly [level: Level, tokens: number])[] = [
  ['none', 0],
  ['minimal', 512],
  ['low', 1024],
  ['medium', 8192],
  ['high', 24_576],
];

/** The level that a budget of `tokens` (0 or more) stands for. */
export const levelOfBudget = (tokens: number): Level => reachOfLevel.find(([, reach]) => tokens <= reach)?.[0] ?? 'xhigh';

/** The known level that a client's word means, whatever its case. "auto" is not a level: it leaves the amount to the model. */
export const readLevel = (word: string): Level | undefined => levels.find((level) => level === word.toLowerCase());

/** The closest of the `offered` levels (weakest first); between two equally near ones the weaker (sheet row 12: ties go down). */
export const nearestLevel = (wanted: Level, offered: readonly Level[]): Level | undefined => {
  const distance = (level: Level) => Math.abs(levels.indexOf(level) - levels.indexOf(wanted));
  return offered.reduce<Level | undefined>(
    (best, level) => (best === undefined || distance(level) < distance(best) ? level : best),
    undefined,
  );
};
