import { ProxyError } from '../../errors.ts';
import { explainRoute } from '../../routing/explain.ts';
import { defineManagementRoute } from '../management-route.ts';

const longestName = 500;

/** How a model name resolves now, step by step, and why each credential would be asked or not. Asks nobody. */
export default defineManagementRoute({
  id: 'route',
  path: 'route',
  methods: {
    GET: (context, { query: { model = '' } }) => {
      if (model === '' || model.length > longestName) throw new ProxyError('invalid-request', 'say which: ?model=NAME');
      return explainRoute(context, model);
    },
  },
});
