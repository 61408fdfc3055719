import { safeJson } from './printable.ts';
import type { ReporterFactory } from './reporter.ts';

/** The schema of the first line; events and fields are only ever added to it. */
const schema = 'wireproof.events/v1';

/** A first and a last line stand around the results, so that a run that died cannot pass for a short one. */
export const reporter: ReporterFactory = {
  name: 'jsonl',
  about: 'for programs that follow a run: a JSON object a line as things happen: start, result, end',
  writes: 'document',
  streams: true,
  create: ({ out }) => {
    const event = (name: string, about: object): void => out(`${safeJson({ event: name, ...about })}\n`);
    return {
      onRunStart: (start) => event('start', { schema, ...start }),
      onResult: (result) => event('result', result),
      onRunEnd: ({ results: _results, schema: _schema, ...about }) => event('end', about),
    };
  },
};
