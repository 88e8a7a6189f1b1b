import { buildStackTemplate } from '../../stack-template/built-in-template.ts';
import type { StackParameterValues } from './parameters/stack-parameters.ts';
import type { DeploymentRequest, DeploymentValues } from './submission.ts';

/** The request to deploy the built-in template with these settings. */
export function builtInRequest(values: DeploymentValues & StackParameterValues): DeploymentRequest {
  return {
    ...values,
    scalesItself: false,
    plan: (deployed) => {
      const pinned = deployed && { pinnedBlueTaskDefinition: deployed.blueTaskDefinition };
      const { body, parameters, requiredCapabilities } = buildStackTemplate({ ...values, ...pinned });
      const submission = {
        name: values.stackName,
        templateBody: body,
        parameters,
        capabilities: requiredCapabilities,
        roleArn: values.stackRoleArn,
      };
      return { submission, warnings: [] };
    },
  };
}
