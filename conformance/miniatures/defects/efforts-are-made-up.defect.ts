import { defineDefect, withJson } from '../defect.ts';
import { effortOf, suffixOf } from '../reasoning-fields.ts';

/** Where a caller's dialect writes a level. */
const madeUp = (path: string) => {
  if (path.endsWith('/chat/completions')) return { reasoning_effort: 'medium' };
  return path.endsWith('/responses') ? { reasoning: { effort: 'medium' } } : { thinking: { type: 'enabled', budget_tokens: 8192 } };
};

export default defineDefect({
  id: 'efforts-are-made-up',
  about: 'A request that says nothing of reasoning is treated as if it had asked for a medium effort',
  seenIn: 'sheet row 12, other targets: a translator’s default',
  front: (message, passOn) => {
    const saysNothing = message.path.startsWith('/v1/') && effortOf(message) === undefined && suffixOf(message) === undefined;
    return passOn(saysNothing ? withJson(message, (body) => ({ ...madeUp(message.path), ...body })) : message);
  },
});
