import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'tokens-cannot-be-counted',
  about: 'Messages are answered, and their tokens cannot be counted: the path is not there',
  seenIn: 'sheet 1.12: agents count before they ask',
  front: (message, passOn) =>
    message.path.startsWith('/v1/messages/count_tokens')
      ? Promise.resolve(refuse(message, 404, 'There is nothing here.'))
      : passOn(message),
});
