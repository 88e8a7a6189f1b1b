import { parseParameters } from '../parameters/parameters.ts';
import { buildStackTemplate } from '../stack-template/built-in-template.ts';
import { stackParameters } from '../steps/deploy-stack/parameters/stack-parameters.ts';
import type { Scene } from './scene.ts';

/** Deploy Stack's parameters for a version of Octopus's sample application in a scene; the caller adds the parameters for its traffic. */
export function sampleDeployment(scene: Scene, version: string): Readonly<Record<string, string>> {
  const [, partition, , , account] = scene.loadBalancerArn.split(':');
  return {
    'EcsCanary.Image': `octopussamples/helloworldwithversion:${version}`,
    'EcsCanary.ContainerPort': '4000',
    'EcsCanary.Environment': `APPVERSION=${version}`,
    'EcsCanary.Cluster': scene.cluster,
    'EcsCanary.VpcId': scene.vpcId,
    'EcsCanary.Subnets': scene.subnets.join(','),
    'EcsCanary.SecurityGroups': scene.securityGroup,
    'EcsCanary.AssignPublicIp': 'True',
    'EcsCanary.ExecutionRoleArn': `arn:${partition}:iam::${account}:role/execution`,
  };
}

/** Deploy Own Template's parameters for the stack that Deploy Stack makes of these. */
export function asOwnTemplate(builtIn: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const settings = parseParameters(stackParameters, (name) => builtIn[name]);
  const { body, parameters } = buildStackTemplate(settings);
  return {
    'EcsCanary.Template': body,
    'EcsCanary.TemplateParameters': JSON.stringify(parameters),
  };
}
