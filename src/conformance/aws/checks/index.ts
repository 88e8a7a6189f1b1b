import type { Check } from '../../check.ts';
import type { Scene } from '../scene.ts';
import { changeChecks } from './changes.ts';
import { creationChecks } from './creation.ts';
import { metricChecks } from './metrics.ts';
import { releaseChecks } from './release.ts';
import { spellingChecks } from './spelling.ts';
import { taskSetChecks } from './task-sets.ts';
import { trafficChecks } from './traffic.ts';

/** Every check, in an order in which each finds what it needs: the release gives green a version of its own. */
export const awsChecks: readonly Check<Scene>[] = [
  ...creationChecks,
  ...taskSetChecks,
  ...releaseChecks,
  ...trafficChecks,
  ...metricChecks,
  ...changeChecks,
  ...spellingChecks,
];
