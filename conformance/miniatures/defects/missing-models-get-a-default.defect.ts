import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'missing-models-get-a-default',
  about: 'A request that names no model is answered by some model',
  seenIn: 'sheet R5 (c): missing and empty model, and (e) 9: auto',
  front: (message, passOn) =>
    passOn(
      message.method === 'POST' && !message.path.startsWith('/v1beta')
        ? withJson(message, (body) => ({
            ...body,
            model: body['model'] === undefined || body['model'] === '' ? 'gpt-4.1-mini' : body['model'],
          }))
        : message,
    ),
});
