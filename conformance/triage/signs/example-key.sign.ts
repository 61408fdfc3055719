import { evidenceOf } from '../evidence.ts';
import type { Sign } from '../sign.ts';

/** Builds since v7.2.51 shut everything while a key of the template is listed; health says 200 all the same (sheet 1.1). */
const sign: Sign = {
  name: 'example-key',
  read: ({ answer }) =>
    ['models', 'models-without-key']
      .flatMap((id) => {
        const answered = answer(id);
        if (answered === undefined || !/unsafe_example_api_key/.test(answered.sight.bodyText)) return [];
        return [
          {
            row: 1,
            weight: 'certain' as const,
            title: 'the proxy is in safe mode: a key of its template is still listed',
            evidence: evidenceOf(answered),
            questions: [id],
            cause: 'api-keys holds a value of the example file, which everybody knows, so that nobody is let in.',
            remediation: 'Replace the example values in api-keys by keys of your own. No restart is needed.',
          },
        ];
      })
      .slice(0, 1),
};

export default sign;
