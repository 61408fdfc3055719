import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('request-retry', ['request-retry']);
