import { AwsError } from '../../contract/aws-error.ts';
import type { CloudFormation, Deployment, Output, Stack } from '../state.ts';
import { evaluate } from '../template/intrinsics.ts';
import { currentResources, scopeOf } from './deployment.ts';
import { exportInUse, refuseTaken } from './exports.ts';

/** The outputs of a stack whose resources are ready; throws if one cannot be evaluated, or another stack exports its name or imports its old value. */
export function evaluateOutputs(cloud: CloudFormation, stack: Stack, deployment: Deployment): Output[] {
  const scope = scopeOf(cloud, stack, deployment, currentResources(cloud, stack));
  const outputs = deployment.compiled.outputs.map(({ name, value, description, exportName }) => {
    const exported = exportName === undefined ? undefined : String(evaluate(exportName, scope));
    if (exported !== undefined) refuseTaken(cloud, stack, exported);
    const evaluated = evaluate(value, scope);
    return {
      OutputKey: name,
      OutputValue: Array.isArray(evaluated) ? evaluated.join(',') : String(evaluated),
      ...(description ? { Description: description } : {}),
      ...(exported === undefined ? {} : { ExportName: exported }),
    };
  });
  const problem = exportInUse(cloud, stack, outputs);
  if (problem) throw new AwsError('ValidationError', problem);
  return outputs;
}
