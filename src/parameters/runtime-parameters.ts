import { parts } from './parts.ts';
import { dryRun, stackName, timeoutMinutes } from './shared-parameters.ts';

/** What the runtime reads itself, for every step. */
export const runtimeParameters = { stackName, timeoutMinutes, dryRun, parts } as const;
