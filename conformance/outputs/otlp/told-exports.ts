/** As @opentelemetry/core has it. */
interface ExportResult {
  /** 0: success. */
  readonly code: number;
  readonly error?: Error;
}

interface Exporter<Items> {
  export: (items: Items, done: (result: ExportResult) => void) => void;
}

export interface ToldExports {
  /** What is not exported, for whatever reason. */
  readonly missed: (because: string) => void;
  /** The same exporter, with an eye on it. */
  readonly watch: <Items, Watched extends Exporter<Items>>(
    exporter: Watched & Exporter<Items>,
    onBegin?: (items: Items) => void,
  ) => Watched;
}

const reasonOf = ({ error }: ExportResult): string => error?.message ?? 'no reason given';

/** Tells once that a collector cannot be reached, and once that it can again. @param what for people: which collector */
export const toldExports = (what: string, tell: (line: string) => void): ToldExports => {
  let failures = 0;
  const missed = (because: string): void => {
    if (failures === 0) tell(`otlp: ${what}: ${because}; the canary goes on without`);
    failures += 1;
  };
  const arrived = (): void => {
    if (failures > 0) tell(`otlp: ${what}: goes on, ${failures} ${failures === 1 ? 'export is' : 'exports are'} missing`);
    failures = 0;
  };
  return {
    missed,
    watch: (exporter, onBegin) => {
      const send = exporter.export.bind(exporter);
      exporter.export = (items, done) => {
        onBegin?.(items);
        send(items, (result) => {
          if (result.code === 0) arrived();
          else missed(reasonOf(result));
          done(result);
        });
      };
      return exporter;
    },
  };
};
