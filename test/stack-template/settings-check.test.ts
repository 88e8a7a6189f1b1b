import { describe, expect, it } from 'vitest';
import { parseParameters } from '../../src/parameters/parameters.ts';
import {
  type StackParameterValues,
  stackParameters,
  stackSettingsChecks,
} from '../../src/steps/deploy-stack/parameters/stack-parameters.ts';
import { certificateArn, listenerArn, loadBalancerArn, roleArn, typedValues } from './sample-settings.ts';

function checkStackSettings(values: StackParameterValues): string[] {
  return stackSettingsChecks.flatMap((check) => check(values));
}

/** The problems of one change to sound values, joined. */
function problemsOf(more: Readonly<Record<string, string>>): string {
  return checkStackSettings(typedValues(more)).join('\n');
}

describe('the parameters of the built-in template', () => {
  it('are sound when only what is needed is typed', () => {
    expect(checkStackSettings(typedValues())).toEqual([]);
  });

  it('name everything that is missing at once', () => {
    const missing = () => parseParameters(stackParameters, () => undefined, stackSettingsChecks);
    for (const name of ['Image', 'Cluster', 'VpcId', 'Subnets', 'LoadBalancerArn'])
      expect(missing).toThrow(`  - EcsCanary.${name}`);
    expect(missing).toThrow('5 parameters need attention');
    expect(() => typedValues({ 'EcsCanary.Subnets': ' , ' })).toThrow(
      'EcsCanary.Subnets (Subnets): a value is required',
    );
  });

  it.each([
    ['EcsCanary.LoadBalancerArn', loadBalancerArn.replace('/app/', '/net/'), 'Network Load Balancer'],
    ['EcsCanary.LoadBalancerArn', loadBalancerArn.replace('/app/', '/gwy/'), 'Gateway Load Balancer'],
    ['EcsCanary.LoadBalancerArn', listenerArn, 'not the ARN of an Application Load Balancer'],
    ['EcsCanary.ListenerArn', listenerArn.replace('/app/', '/net/'), 'Network Load Balancer'],
    ['EcsCanary.Cluster', 'arn:aws:ecs:us-east-1:123456789012:service/x', 'not the ARN of an ECS cluster'],
    ['EcsCanary.Subnets', 'subnet-1\nvpc-1', '"vpc-1" is not a subnet id'],
    ['EcsCanary.RulePriority', '50001', 'from 1 to 50000'],
    ['EcsCanary.CapacityProviders', 'FARGATE=many', 'line 1 (FARGATE): "many" is not a whole number'],
    ['EcsCanary.Environment', '1ST=x', '"1ST" is not a variable name'],
    ['EcsCanary.HealthCheckMatcher', '2xx', 'HTTP status codes'],
    ['EcsCanary.Image', 'two words', 'not an image name'],
  ])('%s refuses %j', (name, value, expected) => {
    expect(() => typedValues({ [name]: value })).toThrow(expected);
    expect(() => typedValues({ [name]: value })).toThrow(name);
  });

  it('never shows a secret that was typed in the place of its ARN', () => {
    const attempt = () => typedValues({ 'EcsCanary.Secrets': 'PASSWORD=hunter2' });
    expect(attempt).toThrow('line 1 (PASSWORD): the value is not the ARN');
    expect(attempt).not.toThrow('hunter2');
  });
});

describe('the checks of settings', () => {
  it.each([
    [256, 512, true],
    [256, 1536, false],
    [256, 4096, false],
    [512, 4096, true],
    [1024, 1024, false],
    [4096, 30_720, true],
    [8192, 16_384, true],
    [8192, 17_408, false],
    [16_384, 122_880, true],
    [300, 512, false],
  ])('knows whether Fargate offers %i CPU units with %i MiB', (cpu, memory, offered) => {
    const size = { 'EcsCanary.Cpu': String(cpu), 'EcsCanary.Memory': String(memory) };
    expect(problemsOf(size)).toContain(offered ? '' : 'EcsCanary.Cpu and EcsCanary.Memory: Fargate does not offer');
    expect(problemsOf(size) === '').toBe(offered);
    expect(problemsOf({ ...size, 'EcsCanary.LaunchType': 'EC2' })).toBe('');
  });

  it('asks for an execution role wherever ECS needs one, with the reasons', () => {
    const needing = {
      'EcsCanary.Secrets': 'TOKEN=arn:aws:ssm:us-east-1:123456789012:parameter/shop/token',
      'EcsCanary.LogGroup': '/ecs/shop',
      'EcsCanary.Image': '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1',
    };
    const problem = problemsOf(needing);
    expect(problem).toMatch(/^EcsCanary\.ExecutionRoleArn: .*EcsCanary\.Secrets.*EcsCanary\.LogGroup.*Amazon ECR/);
    expect(problemsOf({ ...needing, 'EcsCanary.ExecutionRoleArn': roleArn })).toBe('');
  });

  it.each([
    [
      { 'EcsCanary.ListenerArn': listenerArn.replace('50dc6c495c0c9188', 'ffffffffffffffff') },
      'EcsCanary.ListenerArn: the listener belongs to',
    ],
    [{ 'EcsCanary.PathPatterns': '' }, 'needs at least one path or host'],
    [{ 'EcsCanary.PathPatterns': '/a,/b,/c', 'EcsCanary.HostHeaders': 'a.b,c.d,e.f' }, '6 values'],
    [{ 'EcsCanary.PathPatterns': '/*/*/*,/a/*/*/*' }, '6 wildcards'],
    [{ 'EcsCanary.HealthCheckTimeoutSeconds': '10' }, 'EcsCanary.HealthCheckTimeoutSeconds: 10 s must be less'],
    [{ 'EcsCanary.CapacityProviders': 'FARGATE=1\nmine=1' }, 'cannot mix Fargate'],
    [{ 'EcsCanary.CapacityProviders': 'FARGATE=0' }, 'above 0'],
    [{ 'EcsCanary.LaunchType': 'EC2', 'EcsCanary.AssignPublicIp': 'True' }, 'EcsCanary.AssignPublicIp'],
    [{ 'EcsCanary.Tags': 'StableStack=Green' }, 'EcsCanary.Tags: StableStack is the tag'],
    [{ 'EcsCanary.Tags': 'AWS:x=1' }, 'EcsCanary.Tags: AWS:x starts with aws:'],
    [{ 'EcsCanary.Tags': 'Owner=a,b' }, 'EcsCanary.Tags: Owner or its value has a character'],
    [
      { 'EcsCanary.CreateLogGroup': '30', 'EcsCanary.LogGroup': 'none' },
      'EcsCanary.LogGroup and EcsCanary.CreateLogGroup: with None',
    ],
    [{ 'EcsCanary.CreateLogGroup': '30' }, 'EcsCanary.ExecutionRoleArn: ECS needs an execution role to write logs to'],
    [
      {
        'EcsCanary.Environment': 'TOKEN=1',
        'EcsCanary.Secrets': 'TOKEN=arn:aws:ssm:us-east-1:123456789012:parameter/t',
        'EcsCanary.ExecutionRoleArn': roleArn,
      },
      'EcsCanary.Secrets: TOKEN is also given in EcsCanary.Environment',
    ],
  ])('refuses %j', (more, expected) => {
    const problems = checkStackSettings(typedValues(more as Record<string, string>));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('accepts an existing listener with or without its own load balancer', () => {
    expect(problemsOf({ 'EcsCanary.ListenerArn': listenerArn })).toBe('');
    expect(problemsOf({ 'EcsCanary.ListenerArn': listenerArn, 'EcsCanary.LoadBalancerArn': '' })).toBe('');
  });
});

const https = { 'EcsCanary.CertificateArn': certificateArn };

const redirectNeeds = {
  ownListener:
    'EcsCanary.HttpRedirect: the stack redirects only to a listener that it creates, but EcsCanary.ListenerArn gives an existing one; set EcsCanary.HttpRedirect to False, or leave EcsCanary.ListenerArn empty.',
  protocol:
    'EcsCanary.HttpRedirect: there is no HTTPS listener to redirect to; give a certificate in EcsCanary.CertificateArn, or set EcsCanary.HttpRedirect to False.',
  port: 'EcsCanary.HttpRedirect: the redirect itself needs port 80; set EcsCanary.ListenerPort to another port, such as 443.',
};

describe('a redirect from HTTP to HTTPS', () => {
  it.each([
    ['nothing else', {}, [redirectNeeds.protocol]],
    ['HTTPS at port 80', { ...https, 'EcsCanary.ListenerPort': '80' }, [redirectNeeds.port]],
    ['HTTPS at its usual port', https, []],
    ['HTTP at another port', { 'EcsCanary.ListenerPort': '8080' }, [redirectNeeds.protocol]],
    ['an existing listener', { 'EcsCanary.ListenerArn': listenerArn }, [redirectNeeds.ownListener]],
    ['HTTPS at another port', { ...https, 'EcsCanary.ListenerPort': '443' }, []],
  ])('is told all that it lacks with %s', (_, more, problems) => {
    expect(problemsOf({ 'EcsCanary.HttpRedirect': 'True', ...more })).toBe(problems.join('\n'));
  });
});
