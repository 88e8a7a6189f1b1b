import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Octopus passes credentials to every step in the environment, so the bundles leave out the SDK's nine other providers. */
export const defaultProvider = () => fromEnv();
