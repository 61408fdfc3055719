import { defineManagementRoute } from '../management-route.ts';

/** Reads the configuration file and the auth directory now, as SIGHUP does. */
export default defineManagementRoute({
  id: 'reload',
  path: 'reload',
  methods: {
    POST: async ({ store, live }) => {
      const outcome = await store.reload();
      const refused = outcome === 'refused' ? { problems: live.refused?.problems ?? [] } : {};
      return { status: outcome === 'refused' ? 'refused' : 'ok', outcome, revision: live.current.revision, ...refused };
    },
  },
});
