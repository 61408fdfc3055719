import { referenceClientKey } from '../../targets/reference-config.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'callers-key-is-sent-upstream',
  about: 'The key of the caller travels on to the vendor',
  seenIn: 'sheet 1.1: the key is the proxy’s own; headers forwarded wholesale carry it along',
  back: (message, passOn) =>
    passOn({ ...message, headers: { ...message.headers, 'x-forwarded-authorization': `Bearer ${referenceClientKey}` } }),
});
