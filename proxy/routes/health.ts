import { defineRoute } from './route.ts';

/** Liveness only: says nothing about upstreams and asks nobody. */
export default defineRoute({
  id: 'health',
  method: 'GET',
  url: '/health',
  open: true,
  handle: ({ version, startedAt, clock }) => ({
    status: 'ok',
    version,
    uptime_seconds: Math.max(0, Math.floor((clock.now() - startedAt) / 1000)),
  }),
});
