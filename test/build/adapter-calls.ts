import { connectToAws } from '../../src/aws/clients.ts';

/** What every method of our CloudFormation and ECS adapters returns with an endpoint. */
export async function callAdapters(endpoint: string): Promise<readonly unknown[]> {
  const credentials = { accessKeyId: 'A', secretAccessKey: 'S' };
  const { cloudFormation, ecs } = connectToAws('eu-west-1', [], { endpoint, credentials });
  const parameters = { Vpc: 'vpc-1', Image: { keep: true } } as const;
  const submission = {
    name: 'shop',
    templateBody: '{}',
    parameters,
    capabilities: ['CAPABILITY_IAM'],
    tags: { a: 'b' },
  };
  const calls = [
    () => cloudFormation.describeStack('shop'),
    () => cloudFormation.listResources('shop'),
    () => cloudFormation.readTemplate('shop'),
    () => cloudFormation.listEvents('shop', 'token-1', undefined),
    () => cloudFormation.latestToken('shop'),
    () => cloudFormation.createStack(submission, 'token-2'),
    () => cloudFormation.updateStack(submission, 'token-3'),
    () => cloudFormation.deleteStack('shop'),
    () => cloudFormation.cancelUpdate('shop', 'token-4'),
    () => ecs.describeService('main', 'service-1'),
    () => ecs.listTasks('main', 'shop', 'ecs-svc/1', 'RUNNING'),
    () => ecs.listTasks('main', 'shop', 'ecs-svc/1', 'STOPPED'),
    () => ecs.containerLogs('td:1'),
    () => ecs.scaleTaskSet('main', 'service-1', 'ecs-svc/1', 40),
    () => ecs.tagStable('service-1', 'Green'),
    () => ecs.acquireLock('service-1', 'Deployments-1'),
    () => ecs.releaseLock('service-1'),
    () => ecs.record('service-1', { EcsCanaryShares: '1796000000=10' }),
  ];
  const results: unknown[] = [];
  for (const call of calls) results.push((await call()) ?? null);
  return results;
}
