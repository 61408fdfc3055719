import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'decoded-body-keeps-its-encoding-header',
  about: 'A decoded body is forwarded under its old Content-Encoding',
  seenIn: 'gateway issue class: header and bytes disagree',
  back: (message, passOn) => passOn({ ...message, headers: { ...message.headers, 'content-encoding': 'gzip' } }),
});
