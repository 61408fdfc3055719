import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'usage-chunk-is-shown-unasked',
  about: 'Callers who did not ask for the count of a stream get a chunk without choices, on which readers of choices[0] fall over',
  seenIn: 'sheet R11: include_usage is forced upstream, and what it brings is passed on to everybody',
  front: (message, passOn) =>
    passOn(
      message.path.startsWith('/v1/chat/completions')
        ? withJson(message, (body) => (body['stream'] === true ? { ...body, stream_options: { include_usage: true } } : body))
        : message,
    ),
});
