import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('proxy-url', ['proxy-url']);
