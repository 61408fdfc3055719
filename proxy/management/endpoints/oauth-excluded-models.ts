import { byChannelEndpoint } from '../by-channel.ts';

export default byChannelEndpoint('oauth-excluded-models', 'models');
