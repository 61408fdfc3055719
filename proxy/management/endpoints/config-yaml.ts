import { ProxyError } from '../../errors.ts';
import type { ConfigStore } from '../../live/config-store.ts';
import { replace } from '../changes.ts';
import { defineManagementRoute, PlainText } from '../management-route.ts';

/** For what masks mean: also a file that cannot be read any more must be replaceable. */
const onDisk = (store: ConfigStore): string => {
  try {
    return store.readDisk();
  } catch {
    return '';
  }
};

/** The configuration's file: its text with masks for its secrets, and a new text for it, in which masks keep the secrets. */
export default defineManagementRoute({
  id: 'config-yaml',
  path: 'config.yaml',
  methods: {
    GET: ({ store, masks, logging }) => new PlainText('application/yaml', logging.secrets.blot(masks.text(store.readDisk()))),
    PUT: async (context, { text }) => {
      const { store, masks } = context;
      if (text.trim() === '') throw new ProxyError('invalid-request', 'invalid body: expected the text of a configuration');
      return replace(context, masks.unmaskText(text, onDisk(store), store.text));
    },
  },
});
