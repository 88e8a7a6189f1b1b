import { locationParameters } from './location-parameters.ts';
import { sharedParameters } from './shared-parameters.ts';

/** What every step is told, read also where nobody knows which step it is. */
export const commonParameters = { ...sharedParameters, ...locationParameters } as const;
