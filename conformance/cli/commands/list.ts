import { Option } from 'commander';

import type { Scenario } from '#scenarios/kit/scenario';

import type { CliCommand } from '../command.ts';

const asJson = async (scenarios: readonly Scenario[]): Promise<string> => {
  const { armsOf, costOf, dialectsOf } = await import('../../explain/scenario-facts.ts');
  const entries = scenarios.map((scenario) => ({
    id: scenario.id,
    row: scenario.matrixRow,
    title: scenario.title,
    arms: armsOf(scenario),
    dialects: dialectsOf(scenario),
    requires: scenario.requires,
    cost: costOf(scenario),
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
};

const asText = async (scenarios: readonly Scenario[]): Promise<string> => {
  const { armsOf, costOf } = await import('../../explain/scenario-facts.ts');
  const { columnsOf } = await import('../../text-layout.ts');
  const lines = columnsOf([
    ['row', 'scenario', 'cells', 'cost', 'arms', 'title'],
    ...scenarios.map((scenario) => [
      String(scenario.matrixRow).padStart(3),
      scenario.id,
      String(scenario.cells.length).padStart(5),
      costOf(scenario).level,
      armsOf(scenario).join(' '),
      scenario.title,
    ]),
  ]);
  return `${lines.join('\n')}\n`;
};

export const command: CliCommand = {
  name: 'list',
  about: 'every scenario: row, arms, capabilities, cost',
  order: 2,
  examples: [
    ['wireproof list', 'a table for people'],
    ['wireproof list --format json | jq -r ".[].id"', 'ids for scripts'],
  ],
  notes:
    'Cost is that of the dearest cell: none (no output tokens), trickle (at most 16 a request) or full.\nJSON: an array of {id, row, title, arms, dialects, requires, cost: {level, requests, maxOutputTokens}}.',
  declare: (command) => {
    command.addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'));
  },
  run: async (command, { io, parts }) => {
    const scenarios = await parts.loadScenarios();
    const { format } = command.opts<{ format: 'text' | 'json' }>();
    io.out(await (format === 'json' ? asJson : asText)(scenarios));
    return 0;
  },
};
