import { parts } from './parts.ts';
import { dryRun, stackName, timeoutMinutes } from './shared-parameters.ts';

/** What every step is told, read also where nobody knows which step it is. */
export const runtimeParameters = { stackName, timeoutMinutes, dryRun, parts } as const;
