import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'signature-is-reused',
  about: 'One signed set of headers is reused for every request',
  seenIn: 'sheet R9 (e) 3: signature valid but not made for this request',
  back: (message, passOn, memory) => {
    if (message.headers['x-iflow-signature'] === undefined) return passOn(message);
    const names = ['session-id', 'x-iflow-timestamp', 'x-iflow-signature'];
    const first = memory.get('signed') ?? names.map((name) => [name, message.headers[name]]);
    memory.set('signed', first);
    return passOn({
      ...message,
      headers: { ...message.headers, ...(Object.fromEntries(first as [string, string][]) as Record<string, string>) },
    });
  },
});
