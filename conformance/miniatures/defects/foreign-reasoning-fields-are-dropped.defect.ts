import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'foreign-reasoning-fields-are-dropped',
  about: 'An amount of reasoning in extra_body, or in the place of another dialect, vanishes without a word',
  seenIn: 'sheet row 12 (a): "not read for the amount"',
  front: (message, passOn) => {
    const isChat = message.path.endsWith('/chat/completions');
    const isResponses = message.path.endsWith('/responses');
    if (!isChat && !isResponses) return passOn(message);
    return passOn(
      withJson(message, ({ extra_body: _extra, thinking_budget: _budget, reasoning_effort: effort, reasoning, ...rest }) => ({
        ...rest,
        ...(isChat ? effort !== undefined && { reasoning_effort: effort } : reasoning !== undefined && { reasoning }),
      })),
    );
  },
});
