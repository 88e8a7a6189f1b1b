import { randomUUID } from 'node:crypto';
import { connectToAws, type Extend } from '../aws/clients.ts';
import { tokenPrefix } from '../observation/watch-stack-operation.ts';
import type { ParameterSet } from '../parameters/parameters.ts';
import type { Step, SystemVariable } from '../steps/step.ts';
import { version } from '../version.ts';
import { saveInWorkingDirectory } from './artifacts.ts';
import { systemClock } from './clock.ts';
import { environmentProblems, regionName } from './environment.ts';
import { executeStep } from './execute-step.ts';
import { lockOwnerOf } from './lock-owner.ts';
import { runProgram } from './run-program.ts';

/**
 * The main program of every step's bundle: inputs from the wrapper, AWS from the environment.
 * @param extend adds what only this step needs of AWS
 */
export function runStep<P extends ParameterSet, S>(step: Step<P, S>, extend?: Extend): Promise<void> {
  return runProgram((log, read) => {
    const system = (name: SystemVariable): string => read(name) ?? '';
    const deployment = system('Octopus.Deployment.Id');
    return executeStep(step, {
      get aws() {
        const userAgent = [['octopus-ecs-canary', version] as const, ['step', step.id] as const];
        return connectToAws(
          regionName(),
          deployment ? [...userAgent, ['deployment', deployment]] : userAgent,
          {},
          extend,
        );
      },
      problems: environmentProblems(),
      // The call that hangs would keep the process until its own time limit; nothing else is under way by then.
      gaveUp: () => void setTimeout(() => process.exit(), 1000).unref(),
      log,
      saveArtifact: saveInWorkingDirectory,
      clock: systemClock,
      readParameter: read,
      token: `${tokenPrefix}${randomUUID()}`,
      deploymentFailed: system('Octopus.Deployment.Error') !== '',
      deploymentError: system('Octopus.Deployment.Error'),
      lockOwner: lockOwnerOf(system),
    });
  });
}
