import { defineManagementRoute } from '../management-route.ts';

/** The configuration in force, with its defaults and without its secrets, and how it stands with the file. */
export default defineManagementRoute({
  id: 'config',
  path: 'config',
  methods: {
    GET: ({ live, store, masks, readOnly }) => {
      const { revision, digest, loadedAt, parsed } = live.current;
      return {
        ...(masks.tree(parsed.config) as object),
        wireproof: {
          revision,
          digest,
          'loaded-at': new Date(loadedAt).toISOString(),
          path: store.path ?? null,
          'file-sha256': store.fileSha256 ?? null,
          ...store.persistence,
          'restart-needed': store.restartNeeded,
          'read-only': readOnly(),
          ...(live.refused !== undefined && {
            refused: { at: new Date(live.refused.at).toISOString(), problems: live.refused.problems },
          }),
        },
      };
    },
  },
});
