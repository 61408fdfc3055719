import type { AlsoNamed } from './broken-state.ts';

/** What canaries truly find of a build in good health. */
export const ofTheBuild: readonly AlsoNamed[] = [
  { row: 5, personas: ['cliproxyapi-2026-02'], because: 'that build says 502 for a model that nobody serves (sheet R5)' },
];

/** Rows and sections that have scenarios, none of which is run against a live target; each scenario says why. */
export const neverLive: readonly { readonly row: number | string; readonly because: string }[] = [
  { row: 6, because: 'it would upload bodies up to an unknown limit' },
  { row: 'complaints', because: 'what they are about is seen at the upstream, or has to be provoked there' },
];
