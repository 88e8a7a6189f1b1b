import { readMetrics } from '../src/aws/cloud-watch.ts';
import { readVersions } from '../src/aws/task-versions.ts';
import { runStep } from '../src/runtime/run-step.ts';
import { watch } from '../src/steps/watch/watch.ts';

void runStep(watch, (aws, connection) => readVersions(readMetrics(aws, connection), connection));
