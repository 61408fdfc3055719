import type { AlsoNamed } from './broken-state.ts';

/** What canaries truly find of a build in good health. */
export const ofTheBuild: readonly AlsoNamed[] = [
  { row: 5, personas: ['cliproxyapi-2026-02'], because: 'that build says 502 for a model that nobody serves (sheet R5)' },
];

/** Rows and sections that have scenarios, none of which is run against a live target; each scenario says why. */
export const neverLive: readonly { readonly row: number | string; readonly because: string }[] = [
  { row: 6, because: 'it would upload bodies up to an unknown limit' },
  { row: 15, because: 'what shows it changes the configuration of the target, and the key to that is not the caller’s' },
  { row: 'startup', because: 'how a deployment is started is not seen from its address; a refused connection is told as such' },
  {
    row: 'streaming',
    because: 'what it is about is seen beside a reverse proxy or at the upstream; row 17 has what a caller sees of streams',
  },
  { row: 'timeouts', because: 'a real vendor cannot be asked to fall silent' },
  { row: 'complaints', because: 'what they are about is seen at the upstream, or has to be provoked there' },
];
