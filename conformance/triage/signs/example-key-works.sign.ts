import { readModels } from '../../discover/read-models.ts';
import { evidenceOf } from '../evidence.ts';
import type { Answered } from '../session.ts';
import type { Named, Sign } from '../sign.ts';

const isLetIn = (asked: Answered | undefined): asked is Answered =>
  asked?.sight.status === 200 && readModels(asked.sight.json).names.length > 0;

const byExample = (asked: Answered): Named => ({
  row: 1,
  weight: 'certain',
  title: 'a key of the example file opens it',
  evidence: `${evidenceOf(asked)}, with the keys that every example file has`,
  questions: [asked.question.id],
  cause: 'api-keys still has a line of the example file, such as your-api-key-1. The whole world knows it.',
  remediation:
    'Take the lines of the example out of api-keys, and keep your own. After an update, builds from v7.2.51 would serve nobody until then.',
});

const byAnything = (asked: Answered): Named => ({
  row: 1,
  weight: 'certain',
  title: 'any key opens it',
  evidence: `${evidenceOf(asked)}, with a key that nobody has`,
  questions: [asked.question.id],
  cause: 'It wants to be shown a key and does not compare it with any, or what stands in front replaces it by one of its own.',
  remediation: 'List the keys of the clients where the proxy compares them, and let what stands in front pass the client’s key through.',
});

/** Builds before v7.2.51 take a key of the example file for a key like any other, so that everybody has one (sheet 1.1). */
const sign: Sign = {
  name: 'example-key-works',
  read: ({ answer }) => {
    const [example, invented] = [answer('models-with-example-keys'), answer('models-with-invented-key')];
    if (isLetIn(invented)) return [byAnything(invented)];
    return isLetIn(example) ? [byExample(example)] : [];
  },
};

export default sign;
