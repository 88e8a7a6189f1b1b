import { parts } from './parts.ts';
import { dryRun, stackName, timeoutMinutes } from './shared-parameters.ts';

/** Parameters that every step has, for code that does not know which step it is. */
export const commonParameters = { stackName, timeoutMinutes, dryRun, parts } as const;
