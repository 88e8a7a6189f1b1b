import type { Scene } from './scene.ts';

/** Deploy Stack's parameters for a version of Octopus's sample application in a scene; the caller adds the parameters for its traffic. */
export function sampleDeployment(scene: Scene, version: string): Readonly<Record<string, string>> {
  return {
    'EcsCanary.Image': `octopussamples/helloworldwithversion:${version}`,
    'EcsCanary.ContainerPort': '4000',
    'EcsCanary.Environment': `APPVERSION=${version}`,
    'EcsCanary.Cluster': scene.cluster,
    'EcsCanary.VpcId': scene.vpcId,
    'EcsCanary.Subnets': scene.subnets.join(','),
    'EcsCanary.SecurityGroups': scene.securityGroup,
    'EcsCanary.AssignPublicIp': 'True',
  };
}
