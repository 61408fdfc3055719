import type { Goal } from '../measure.ts';
import type { Cell } from './cell.ts';
import { type Gateway, parseFloor, pipeFloor } from './gateways.ts';
import type { Measured } from './rounds.ts';
import { cpuGoal, rateGoal } from './tables.ts';

/** What the proxy is measured against under a kind of traffic: a server that does the least of what is asked for. */
export const floorOf = ({ dialect, says }: Cell): Gateway =>
  dialect === 'anthropic-messages' && says.events === 0 ? parseFloor : pipeFloor;

const requestGoals = (cell: Cell, measured: readonly Measured[]): readonly Goal[] => {
  const floor = floorOf(cell);
  const of = floor === parseFloor ? 'the parsing floor' : 'the floor';
  const what = `${cell.caption}, ${cell.connections} connections, requests/s against ${of}`;
  return [rateGoal(measured, { what, against: floor.name, atLeast: 0.85 })];
};

/**
 * The same build has had 0.60 and 0.91 times the floor's events per second on one machine, whose processor was twice as fast at one time as at
 * the other; what costs twice as much is seen.
 */
const movesInBursts = 0.4;

const streamGoals = (cell: Cell, measured: readonly Measured[]): readonly Goal[] => {
  const what = `${cell.caption}, ${cell.connections} connections`;
  if (cell.dialect === 'anthropic-messages')
    return [cpuGoal(measured, `${what}, CPU time per event against the floor that pipes`, pipeFloor.name, 1.8)];
  const goals = [
    rateGoal(measured, { what: `${what}, events/s against the floor`, against: pipeFloor.name, atLeast: 0.9 }),
    cpuGoal(measured, `${what}, CPU time per event against the floor`, pipeFloor.name, 1.25),
  ];
  return goals.map((goal) => ({ ...goal, ...(goal.votes !== undefined && { votes: { ...goal.votes, moves: movesInBursts } }) }));
};

/** What is asked of the proxy beside its floor under a kind of traffic (issue 5). */
export const floorGoals = (cell: Cell, measured: readonly Measured[]): readonly Goal[] => {
  const goals = cell.says.events > 0 ? streamGoals(cell, measured) : requestGoals(cell, measured);
  return goals.map((goal) => ({ ...goal, traffic: cell.id }));
};
