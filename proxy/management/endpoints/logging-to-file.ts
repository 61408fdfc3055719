import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('logging-to-file', ['logging-to-file']);
