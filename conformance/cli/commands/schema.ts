import { Argument } from 'commander';

import type { CliCommand } from '../command.ts';

export const command: CliCommand = {
  name: 'schema',
  about: 'the JSON Schema of what wireproof writes',
  order: 6,
  examples: [['wireproof schema report > report.schema.json', 'wireproof.report/v1, as --reporter json writes it']],
  declare: (command) => {
    command.addArgument(new Argument('<document>', 'which one').choices(['report']));
  },
  run: async (_command, { io }) => {
    const { reportJsonSchema } = await import('../../engine/report-schema.ts');

    io.out(`${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
    return 0;
  },
};
