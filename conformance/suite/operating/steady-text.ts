/** What is different in each run, and what the page shows instead. */
export interface Place {
  readonly folder: string;
  /** The ports that the page shows, and those that were free. */
  readonly ports: ReadonlyMap<number, number>;
}

const shownFolder = '/srv/wireproof';

const changing: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<id>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
  // Fingerprints of an address and a secret; the address has the port in it.
  [/\b([\w.-]+):[0-9a-f]{8}\b/g, '$1:<id>'],
  [/\bmasked:[0-9a-f]{12}\b/g, 'masked:<id>'],
  // Rounds and incidents of a canary.
  [/\b0[0-9a-z]{8}-[0-9a-f]{16}\b/g, '<id>'],
  // Of a canary's schedule, which begins somewhere in the day.
  [/(at worst in a day: ).+/g, '$1<amounts>'],
  [/("digest": ?")[0-9a-f]{12,64}"/g, '$1<digest>"'],
  [/("(?:latency_p50_ms|latency_p95_ms|uptime_seconds)": ?)[\d.]+/g, '$1<number>'],
  [/("revision": ?)\d+/g, '$1<number>'],
  [/(retry-after: )\d+/gi, '$1<seconds>'],
];

/** The output of a command as every run has it. */
export const steadyText = (output: string, { folder, ports }: Place): string => {
  let text = output.replaceAll(folder, shownFolder);
  for (const [shown, real] of ports) text = text.replaceAll(new RegExp(`\\b${real}\\b`, 'g'), String(shown));
  for (const [pattern, shown] of changing) text = text.replaceAll(pattern, shown);
  return text.replaceAll(/[ \t\r]+$/gm, '').trimEnd();
};

/** A command of the page, with the ports that were free. */
export const withRealPorts = (command: string, ports: Place['ports']): string =>
  command.replaceAll(/\b\d{4}\b/g, (port) => String(ports.get(Number(port)) ?? port));
