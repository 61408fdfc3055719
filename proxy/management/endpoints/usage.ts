import { usageReport } from '../../usage/usage-report.ts';
import { defineManagementRoute } from '../management-route.ts';

/** Requests and tokens by client, model, day and hour. What is being counted at this moment is waited for. */
export default defineManagementRoute({
  id: 'usage',
  path: 'usage',
  methods: {
    GET: async ({ ledger }) => {
      await ledger.flush();
      return usageReport([...ledger.totals.sums()], ledger.state);
    },
  },
});
