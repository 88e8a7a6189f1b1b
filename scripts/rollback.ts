import { readMetrics } from '../src/aws/cloud-watch.ts';
import { runStep } from '../src/runtime/run-step.ts';
import { rollback } from '../src/steps/rollback/rollback.ts';

void runStep(rollback, readMetrics);
