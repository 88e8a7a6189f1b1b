import { runStep } from '../../src/runtime/run-step.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';

// A promise that nothing settles, as a lost callback would leave it.
void runStep({ ...rollback, observe: () => new Promise<never>(() => undefined) });
