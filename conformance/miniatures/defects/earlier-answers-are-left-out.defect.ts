import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';

export default defineDefect({
  id: 'earlier-answers-are-left-out',
  about: 'What the model said before does not reach the upstream',
  seenIn: 'sheet row 18 (e) 3: the thread is cut where the vendor changes',
  back: (message, passOn) =>
    passOn(
      withJson(message, (body) =>
        mapTree(body, (value) =>
          Array.isArray(value)
            ? value.filter((turn) => !isRecord(turn) || (turn['role'] !== 'assistant' && turn['role'] !== 'model'))
            : value,
        ),
      ),
    ),
});
