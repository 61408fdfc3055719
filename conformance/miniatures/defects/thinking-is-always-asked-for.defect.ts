import { defineDefect, isRecord, withJson } from '../defect.ts';

const forced = { thinkingConfig: { thinkingBudget: 8192, includeThoughts: true } };

export default defineDefect({
  id: 'thinking-is-always-asked-for',
  about: 'Every request to Google asks for a budget of thinking, although the caller said nothing of it or the model does not think',
  seenIn: 'sheet row 12, worked transformations: "field absent: no thinkingConfig at all", and (e) 7',
  back: (message, passOn) =>
    passOn(
      withJson(message, (body) => {
        const holder = isRecord(body['request']) ? body['request'] : body;
        const asked = isRecord(holder['generationConfig']) ? holder['generationConfig'] : {};
        const changed = { ...holder, generationConfig: { ...forced, ...asked } };
        return holder === body ? changed : { ...body, request: changed };
      }),
    ),
});
