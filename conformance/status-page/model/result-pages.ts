/** A round with its results, and one result with its evidence. */
import type { ProbeResult, Round } from '../../history/records.ts';
import type { WatchedScenario } from '../watched.ts';
import { partOf, type Part, type Source } from './source.ts';

export interface RoundPage {
  readonly round: Round;
  readonly results: Part<ProbeResult>;
}

const resultsShown = 100;

/** `undefined`: there is no such round any more. */
export const roundPageOf = async ({ history }: Source, id: string, after: string | undefined): Promise<RoundPage | undefined> => {
  const round = (await history.rounds({ round: id, limit: 1 })).find((one) => one.id === id);
  if (round === undefined) return undefined;
  const results = await history.results({ round: id, limit: resultsShown + 1, ...(after === undefined ? {} : { after }) });
  return { round, results: partOf(results, resultsShown, after) };
};

export interface ResultPage {
  readonly result: ProbeResult;
  readonly scenario?: WatchedScenario;
}

/** `undefined`: there is no such result any more. */
export const resultPageOf = async ({ history, watched }: Source, id: string): Promise<ResultPage | undefined> => {
  const result = await history.result(id);
  if (result === undefined) return undefined;
  const scenario = watched.scenarios.get(result.scenario);
  return { result, ...(scenario === undefined ? {} : { scenario }) };
};
