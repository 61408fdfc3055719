import { defineDefect, refuse } from '../defect.ts';

const healthPaths = ['/health', '/healthz', '/'];

export default defineDefect({
  id: 'nothing-tells-that-it-lives',
  about: 'Every health check answers 404 while requests are answered',
  seenIn: 'sheet R13 (e) 1: builds before v6.9.10 behind an ingress that hides the root',
  front: (message, passOn) =>
    healthPaths.includes(message.path) ? Promise.resolve(refuse(message, 404, 'page not found')) : passOn(message),
});
