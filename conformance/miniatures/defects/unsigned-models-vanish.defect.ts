import { defineDefect, refuse, textOf } from '../defect.ts';

export default defineDefect({
  id: 'unsigned-models-vanish',
  about: 'Models that need no signature are unknown to the proxy',
  seenIn: 'sheet R10: listed inventory and routable inventory differ',
  front: async (message, passOn) =>
    `${message.path} ${textOf(message)}`.includes('qwen3-coder-plus')
      ? refuse(message, 502, 'unknown provider for model qwen3-coder-plus')
      : passOn(message),
});
