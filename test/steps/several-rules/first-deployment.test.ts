import { afterEach, expect, it } from 'vitest';
import { wrapAws, writesOf } from '../../support/call-log.ts';
import { type OwnCanary, openOwnCanary } from '../../support/own-canary.ts';

const fixture = 'cases/first-deployment-blue-empty.yaml';

let canary: OwnCanary;
afterEach(() => canary.close());

it.each([
  ['no scale', '', 'BlueSet has no Scale'],
  ['a scale of 0', '{Unit: PERCENT, Value: 0}', 'BlueSet has the Scale 0'],
  ['a scale of 1', '{Unit: PERCENT, Value: 1}', 'BlueSet has the Scale 1'],
])(
  'a first deployment with %s for blue scales it up before it ends, as the template check said',
  async (_, scale, said) => {
    const edit = (text: string) =>
      scale === '' ? text : text.replace(/( {2}BlueSet:[\s\S]*?Service: !Ref Service\n)/, `$1      Scale: ${scale}\n`);
    canary = await openOwnCanary(fixture, [], { edit });
    const run = await canary.deploy('1');
    expect(run.error).toBeUndefined();
    expect(writesOf(run)).toEqual(['CreateStack', 'UpdateTaskSet']);
    const log = run.log.join('\n');
    expect(log.indexOf(said)).toBeGreaterThan(-1);
    expect(log.indexOf(said)).toBeLessThan(log.indexOf('Creating the stack'));
    expect(log).toContain('blue serves with 2');
    for (let index = 0; index < 4; index += 1)
      expect(await canary.ask('Listener')).toEqual({ status: 200, version: '1' });
  },
);

it('a template whose service has a desired count of 0 is refused before anything is created', async () => {
  canary = await openOwnCanary(fixture, [], { edit: (text) => text.replace('DesiredCount: 2', 'DesiredCount: 0') });
  const run = await canary.deploy('1');
  expect(run.error).toMatchObject({ code: 'invalid-template' });
  expect(run.error?.message).toContain('Service has the DesiredCount 0');
  expect(run.calls).toEqual([]);
});

it.each([
  ['eu-west-1:123456789012', 'web/1', 'which is in eu-west-1'],
  ['us-east-1:123456789012', 'other/1', 'which belongs to the load balancer'],
])('an ARN of elsewhere is refused before anything is created: %s, %s', async (home, balancer, words) => {
  canary = await openOwnCanary(fixture);
  const arn = `arn:aws:elasticloadbalancing:${home}:listener-rule/app/${balancer}/2/3`;
  const run = await canary.deploy('1', { 'EcsCanary.Parts': `ListenerRule=${arn}` });
  expect(run.error).toMatchObject({ code: 'invalid-parameters', message: expect.stringContaining(words) });
  expect(writesOf(run)).toEqual([]);
});

/** Blue with its own task definition. */
function ownDefinition(text: string, image: string): string {
  const definition = /( {2}Definition:[\s\S]*?)( {2}BlueGroup:)/.exec(text)?.[1] ?? '';
  const blue = definition
    .replace('Definition:', 'BlueDefinition:')
    .replace(/nginx:[^"]*/, image)
    .replace('shop', 'shop-blue');
  return text
    .replace('  BlueGroup:', `${blue}  BlueGroup:`)
    .replace(
      /( {2}BlueSet:[\s\S]*?)TaskDefinition: !Ref Definition/,
      '$1Scale: {Unit: PERCENT, Value: 100}\n      TaskDefinition: !Ref BlueDefinition',
    );
}

it.each([
  [true, 'crash-loop'],
  [false, 'crash-loop'],
  [false, 'failing-health-check'],
])(
  'a blue whose own definition is bad ends the first deployment with its reasons (CloudFormation waits: %s, %s)',
  async (taskSetCreateWaits, behaviour) => {
    canary = await openOwnCanary(fixture, [], {
      edit: (text) => ownDefinition(text, `nginx:bad--${behaviour}`),
      taskSetCreateWaits,
    });
    const run = await canary.deploy('1', { 'EcsCanary.TimeoutMinutes': '10' });
    const crashed = { code: 'tasks-failing', message: /tasks of (blue|a new task set) \(\S*shop-blue:1\) failed/ };
    // The step may observe after a target's first failed check, before its task has ended or while the next one registers.
    const unhealthy = { code: 'not-enough-healthy', message: /^Blue has 0 of 2 healthy targets \([^)]+\)/ };
    const { code, message } = behaviour === 'crash-loop' || run.error?.code === 'tasks-failing' ? crashed : unhealthy;
    expect(run.error).toMatchObject({ code, message: expect.stringMatching(message) });
  },
);

it('a first deployment that a killed run started does not end before blue serves', async () => {
  canary = await openOwnCanary(fixture, [], {
    edit: (text) => ownDefinition(text, 'nginx:bad--crash-loop'),
    taskSetCreateWaits: false,
  });
  const killed = canary.deploy('1', {}, { between: (aws) => wrapAws(aws, killAfterCreation()) });
  await expect(killed).rejects.toThrow('killed');
  expect(await canary.awsConsole.settle()).toBe('CREATE_COMPLETE');
  const run = await canary.deploy('1', { 'EcsCanary.TimeoutMinutes': '10' });
  expect(run.error?.code).toMatch(/^(tasks-failing|not-enough-healthy)$/);
});

function killAfterCreation() {
  return async <T>(call: string, carryOut: () => Promise<T>): Promise<T> => {
    const answer = await carryOut();
    if (call.startsWith('cloudFormation.createStack')) throw new Error('killed');
    return answer;
  };
}
