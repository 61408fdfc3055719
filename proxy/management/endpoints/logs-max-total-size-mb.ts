import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('logs-max-total-size-mb', ['logs-max-total-size-mb']);
