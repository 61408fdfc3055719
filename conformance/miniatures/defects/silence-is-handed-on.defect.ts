import { defineDefect, textOf } from '../defect.ts';

const givesUp = /silent|timed? ?out|too long/i;

export default defineDefect({
  id: 'silence-is-handed-on',
  about: 'Who asked an upstream that fell silent waits for as long as it is silent',
  seenIn: 'sheet X5 (c): no timer between the proxy and its upstreams; CLIProxyAPI#4280',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return givesUp.test(textOf(reply)) ? new Promise(() => undefined) : reply;
  },
});
