import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runPolicies } from '../../src/cli/policies.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'policies-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const shop = ['--region', 'eu-west-1', '--account', '123456789012', '--stack', 'shop', '--cluster', 'production'];

it('by default, the combined policy of the stack goes to standard output', async () => {
  const { output, notes } = await run(...shop);
  const { Statement } = JSON.parse(output);
  const resources = Statement.map(({ Resource }: { Resource: string }) => Resource);
  expect(resources).toContain('arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/*');
  expect(resources).toContain('arn:aws:ecs:eu-west-1:123456789012:task-set/production/shop-*/*');
  expect(resources).toContain('arn:aws:iam::123456789012:role/octopus-ecs-canary-stack');
  expect(resources).toContain('arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/*/*');
  expect(output).not.toMatch(/[A-Z]{5,}/);
  expect(notes).toBe('');
});

it('every option has its effect on the policies', async () => {
  const output = join(directory, 'new/folder');
  const { notes } = await run(
    ...['--region', 'cn-north-1', '--account', '210987654321', '--stack', 'shop-*', '--cluster', 'main'],
    ...['--service', 'shop', '--load-balancer', 'public', '--task-family', 'web', '--task-roles', 'ecs/pull, app'],
    ...['--log-group', '/ecs/shop', '--stack-role', 'ci/stack', '--output', output],
  );
  const read = (name: string) => readFileSync(join(output, `${name}.json`), 'utf8');
  expect(readdirSync(output).sort()).toEqual(
    [
      ...['add-test-rule', 'all-steps', 'cloudformation-service-role-trust', 'cloudformation-service-role'],
      ...['deploy-own-template', 'deploy-stack', 'prepare-blue', 'promote', 'rollback', 'shift-traffic', 'watch'],
    ]
      .map((name) => `${name}.json`)
      .sort(),
  );
  expect(notes).toContain(`Wrote ${join(output, 'promote.json')}: For the credentials of the step Promote.`);
  expect(notes).not.toContain('--task-roles');
  expect(read('deploy-stack')).toContain('arn:aws-cn:iam::210987654321:role/ci/stack');
  expect(read('add-test-rule')).toContain(
    'arn:aws-cn:elasticloadbalancing:cn-north-1:210987654321:listener/app/public/*',
  );
  expect(read('add-test-rule')).toMatch(/"StringLike": \{\s+"aws:RequestTag\/octopus-ecs-canary:test-rule": "shop-\*"/);
  const role = read('cloudformation-service-role');
  for (const text of [
    'service/main/shop',
    'task-definition/web:*',
    'role/ecs/pull',
    'role/app',
    'log-group:/ecs/shop:*',
  ])
    expect(role).toContain(text);
});

it('without a service role the callers of CloudFormation get its permissions, through CloudFormation only', async () => {
  const { notes } = await run(...shop, '--no-stack-role', '--output', directory);
  expect(notes).toContain('cloudformation-without-role.json');
  expect(notes).toContain('--task-roles');
  expect(readdirSync(directory).filter((name) => name.includes('service-role'))).toEqual([]);
  expect(readFileSync(join(directory, 'deploy-stack.json'), 'utf8')).not.toContain('iam:PassRole');
  const { Statement } = JSON.parse(readFileSync(join(directory, 'cloudformation-without-role.json'), 'utf8'));
  for (const { Condition } of Statement)
    expect(Condition['ForAnyValue:StringEquals']).toEqual({ 'aws:CalledVia': 'cloudformation.amazonaws.com' });
});

it('a log group without a name is the one that CloudFormation names after the stack', async () => {
  const { output } = await run(...shop, '--policy', 'cloudformation-service-role');
  expect(output).toContain('arn:aws:logs:eu-west-1:123456789012:log-group:shop-LogGroup-*:*');
});

it('a single policy can be written', async () => {
  const { output } = await run(...shop, '--policy', 'shift-traffic');
  expect(output).toContain('elasticloadbalancing:ModifyRule');
  expect(output).not.toContain('cloudformation:UpdateStack');
});

it('every problem with the arguments is reported at once', async () => {
  const wrong = run(
    ...['--account', '12', '--stack', 'my_stack', '--cluster', 'arn:aws:ecs:eu-west-1:1:cluster/x'],
    ...['--no-stack-role', '--stack-role', 'arn:role', '--policy', 'everything', '--task-roles', 'a,,b'],
  );
  await expect(wrong).rejects.toThrow(/--region is required: a region such as eu-west-1, or \* for every region\./);
  for (const name of ['account', 'stack', 'cluster', 'stack-role', 'policy', 'task-roles'])
    await expect(wrong).rejects.toThrow(new RegExp(`--${name} must be .*, not "`));
  await expect(wrong).rejects.toThrow(/--stack-role and --no-stack-role cannot both be given/);
  await expect(wrong).rejects.toThrow(/See octopus-ecs-canary policies --help\./);
});

it.each([
  ['--no-stack-role', 'cloudformation-service-role', '--policy cloudformation-without-role'],
  ['--no-stack-role', 'cloudformation-service-role-trust', '--policy cloudformation-without-role'],
  ['--stack-role=deploy', 'cloudformation-without-role', '--policy cloudformation-service-role'],
])('%s contradicts the policy %s, which is refused with the one that fits', async (option, policy, fitting) => {
  await expect(run(...shop, option, '--policy', policy)).rejects.toThrow(
    new RegExp(`^--policy ${policy} is for .*\\. Use ${fitting}, or leave out ${option.split('=')[0]}\\.\n`),
  );
});

it('each of these policies can be requested without a contradiction', async () => {
  expect((await run(...shop, '--no-stack-role', '--policy', 'cloudformation-without-role')).output).not.toBe('');
  expect((await run(...shop, '--stack-role', 'deploy', '--policy', 'cloudformation-service-role')).output).not.toBe('');
});

it('a file is refused as the directory for the policies', async () => {
  await expect(run(...shop, '--policy', 'promote', '--output', 'promote.json')).rejects.toThrow(
    '--output must be a directory, not "promote.json". If a new directory has a dot in its name, end its path with a slash.',
  );
});

it.each([
  ['cn-north-1', 'aws', 'aws-cn'],
  ['eu-west-1', 'aws-us-gov', 'aws'],
])('the region %s is refused with the partition %s', async (region, partition, own) => {
  const wrong = run(...shop.slice(2), '--region', region, '--partition', partition);
  await expect(wrong).rejects.toThrow(
    `--partition ${partition} does not match --region ${region}, which is in ${own}. Leave out --partition.`,
  );
});

it.each([
  ['*', 'aws-cn'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['new-east-1', 'aws-new'],
])('the region %s is accepted with the partition %s', async (region, partition) => {
  const { output } = await run(...shop.slice(2), '--region', region, '--partition', partition);
  expect(output).toContain(`arn:${partition}:`);
});

it('a policy that is too long for IAM is reported', async () => {
  const long = (length: number) => 'x'.repeat(length);
  const most = ['--stack', long(128), '--cluster', long(255), '--service', long(255), '--load-balancer', long(32)];
  const { notes } = await run('--region', 'us-gov-west-1', '--account', '123456789012', ...most);
  expect(notes).not.toContain('characters');
  const { notes: role } = await run(
    ...['--region', 'us-gov-west-1', '--account', '123456789012', ...most, '--log-group', `/${long(511)}`],
    ...[
      '--task-family',
      long(255),
      '--task-roles',
      `${long(64)},${long(63)}`,
      '--policy',
      'cloudformation-without-role',
    ],
  );
  expect(role).toMatch(/cloudformation-without-role\.json has \d+ characters .* inline policy/);
});

it('a directory that cannot be created is refused, and not retried for ever', async () => {
  await expect(run(...shop, '--output', '/proc/nowhere/policies')).rejects.toThrow(
    /--output: cannot write \/proc\/nowhere\/policies\/[a-z-]+\.json \(E[A-Z]+\)/,
  );
});

it('help is only printed', async () => {
  expect((await run('--help')).output).toContain('Usage: octopus-ecs-canary policies');
});

async function run(...args: string[]): Promise<{ output: string; notes: string }> {
  const output: string[] = [];
  const notes: string[] = [];
  expect(
    await runPolicies(
      args,
      (line) => output.push(line),
      (line) => notes.push(line),
    ),
  ).toBe(0);
  return { output: output.join('\n'), notes: notes.join('\n') };
}
