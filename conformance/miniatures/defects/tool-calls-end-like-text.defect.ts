import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'tool-calls-end-like-text',
  about: 'An answer with tool calls ends with the reason of a finished text, so that agents stop',
  seenIn: 'Portkey evidence: finish_reason stop behind a tool call of Gemini',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return withText(
      reply,
      textOf(reply)
        .replaceAll('"finish_reason":"tool_calls"', '"finish_reason":"stop"')
        .replaceAll('"stop_reason":"tool_use"', '"stop_reason":"end_turn"'),
    );
  },
});
