import type { Question } from './question.ts';

/** What the mocked model knows: enough to answer what other people's suites ask, so that a wrong answer is the proxy's doing. */

type Rule = readonly [asked: RegExp, answer: (match: RegExpExecArray, question: Question) => string];

const calculate = (left: number, operator: string, right: number): number =>
  operator === '+' ? left + right : operator === '-' ? left - right : operator === '*' ? left * right : left / right;

const countTo = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_none, index) => from + index).join(', ');

const sea = 'The sea is wide and deep, and its tides follow the moon. ';

const nameIn = ({ said }: Question): string => /my name is (\w+)/i.exec(said.join('\n'))?.[1] ?? 'unknown';

/** The first that matches the last words of the person wins. */
const rules: readonly Rule[] = [
  [/what is my name/i, (_match, question) => nameIn(question)],
  [/\bexactly\b[^:]*:\s*(.+)$/is, ([, text = '']) => text.trim()],
  [/add (\d+) to your last answer/i, ([, more = '0']) => String(4 + Number(more))],
  [/(\d+) ([*+/-]) (\d+)/, ([, left = '0', operator = '+', right = '0']) => String(calculate(Number(left), operator, Number(right)))],
  [/count from (\d+) to (\d+)/i, ([, from = '1', to = '1']) => countTo(Number(from), Number(to))],
  [/capital of France/i, () => 'Paris'],
  [/essay|step by step and at length/i, () => sea.repeat(12).trim()],
  [/two-word band name/i, () => 'Quiet Harbour'],
  [/JSON object with keys "name"/i, () => '{"name":"Ada","age":36}'],
  [/CANARY_OK/, () => 'CANARY_OK'],
  [/hello/i, () => 'Hello.'],
];

const obeying = (system: string, text: string): string => {
  const word = /reply with exactly the word "(\w+)"/i.exec(system)?.[1];
  if (word !== undefined) return word;
  const ending = /end every single reply with the word (\w+)/i.exec(system)?.[1];
  return ending === undefined ? text : `${text} ${ending}`;
};

/** The model's words for a question that asks for words. */
export const knownAnswer = (question: Question): string => {
  const { last, system } = question;
  if (last.by === 'tool') return `The tool says: ${last.text}`;
  if (last.by === 'model') return 'is, as everybody knows.';
  for (const [asked, answer] of rules) {
    const match = asked.exec(last.text);
    if (match !== null) return obeying(system, answer(match, question));
  }
  return obeying(system, 'All right.');
};
