import type { RequestListener, ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { facing } from '../support/foreign-aws.ts';

const reads: Readonly<Record<string, (aws: Aws) => Promise<unknown>>> = {
  describeStack: ({ cloudFormation }) => cloudFormation.describeStack('shop'),
  listResources: ({ cloudFormation }) => cloudFormation.listResources('shop'),
  readTemplate: ({ cloudFormation }) => cloudFormation.readTemplate('shop'),
  listEvents: ({ cloudFormation }) => cloudFormation.listEvents('shop', 'token', undefined),
  latestToken: ({ cloudFormation }) => cloudFormation.latestToken('shop'),
  describeService: ({ ecs }) => ecs.describeService('main', 'service'),
  listTasks: ({ ecs }) => ecs.listTasks('main', 'shop', 'ecs-svc/1', 'RUNNING'),
  containerLogs: ({ ecs }) => ecs.containerLogs('shop:1'),
  listRules: ({ loadBalancing }) => loadBalancing.listRules('listener'),
  listListeners: ({ loadBalancing }) => loadBalancing.listListeners('balancer'),
  readTags: ({ loadBalancing }) => loadBalancing.readTags(['rule']),
  targetHealth: ({ loadBalancing }) => loadBalancing.targetHealth('group'),
  listenerAddress: ({ loadBalancing }) => loadBalancing.listenerAddress('a:listener/app/b/1/2'),
};
const calls: typeof reads = {
  ...reads,
  modifyActions: ({ loadBalancing }) => loadBalancing.modifyActions({ arn: 'rule', priority: '10' }, []),
  tagStable: ({ ecs }) => ecs.tagStable('service', 'Blue'),
  deleteStack: ({ cloudFormation }) => cloudFormation.deleteStack('shop'),
};

const begin = (response: ServerResponse): unknown => response.writeHead(200).write('<DescribeStacksResponse>');

it.each<[string, RequestListener]>([
  ['stops in its middle', (_, response) => begin(response)],
  [
    'never ends, byte by byte',
    (_, response) => {
      begin(response);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    },
  ],
])('an answer that %s does not hold the step for ever', async (_, answer) => {
  const aws = await facing(answer, 100);
  for (const call of [calls['describeStack'], calls['describeService'], calls['modifyActions']])
    await expect(call?.(aws)).rejects.toMatchObject({
      code: 'aws-unreachable',
      message: expect.stringMatching(/timed out|no complete response in 400 ms/),
    });
});

const html = '<!DOCTYPE html><html><body><p>Blocked<br></body></html>';
const xhtml = '<html><head><title>Sign in</title></head><body><p>Sign in</p></body></html>';

it.each([
  [200, html],
  [200, 'OK'],
  [302, ''],
  [400, ''],
  [403, ''],
  [403, html],
  [403, xhtml],
  [403, '{"error":"blocked"}'],
  [404, ''],
  [404, html],
  [429, html],
])('what answers with %i and %j is not taken for AWS', async (status, body) => {
  const aws = await facing((_, response) => response.writeHead(status).end(body));
  // What AWS has to say to a write is shown by reading back.
  for (const [name, call] of Object.entries(status === 200 ? reads : calls))
    await expect(call(aws), name).rejects.toMatchObject({
      code: 'aws-unreachable',
      message: expect.stringMatching(
        RegExp(`^\\S+:\\w+ failed: the response \\(HTTP status ${status}\\) is not from AWS`),
      ),
      hint: expect.stringMatching(/proxy/),
    });
});

it.each(['', '{}', xhtml, 'null', '[]'])('a 200 with %j is not taken for an empty AWS account', async (body) => {
  const aws = await facing((_, response) => response.end(body));
  for (const [name, read] of Object.entries(reads))
    await expect(read(aws), name).rejects.toMatchObject({ code: 'aws-unreachable' });
});

it.each<[string, string]>([
  [
    'listResources',
    '<R><ListStackResourcesResult><StackResourceSummaries/><NextToken>1</NextToken></ListStackResourcesResult></R>',
  ],
  [
    'listEvents',
    `<R><DescribeStackEventsResult><StackEvents><member><ClientRequestToken>token</ClientRequestToken></member></StackEvents>
    <NextToken>1</NextToken></DescribeStackEventsResult></R>`,
  ],
  ['listRules', '<R><DescribeRulesResult><Rules/><NextMarker>1</NextMarker></DescribeRulesResult></R>'],
  ['listListeners', '<R><DescribeListenersResult><Listeners/><NextMarker>1</NextMarker></DescribeListenersResult></R>'],
  ['listTasks', '{"taskArns":[],"nextToken":"1"}'],
])('%s does not turn the same page for ever', async (name, body) => {
  const aws = await facing((_, response) => response.end(body));
  await expect(reads[name]?.(aws)).rejects.toMatchObject({
    code: 'aws-unreachable',
    message: expect.stringMatching(/repeats an earlier one/),
  });
});
