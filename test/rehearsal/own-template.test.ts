import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parametersOfGreen } from '../../src/rehearsal/green-in-template.ts';
import { clustersNamedIn, fitArns, fitTemplate, listenersNamedIn } from '../../src/rehearsal/own-template.ts';
import type { PlayedRelease } from '../../src/rehearsal/played-release.ts';
import type { Scene } from '../../src/rehearsal/scene.ts';
import type { OwnTemplate } from '../../src/rehearsal/valued-template.ts';
import { judgeNovelty } from '../../src/rehearsal/verdict.ts';

const balancer = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/rehearsal/1234';
const theirs = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/50dc6c495c0c9188';
const scene: Scene = {
  region: 'us-east-1',
  cluster: 'prod',
  clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/prod',
  loadBalancerArn: balancer,
  listeners: new Map([
    [`${theirs}/1`, 'listener/a'],
    [`${theirs}/2`, 'listener/b'],
  ]),
  vpcId: 'vpc-1',
  subnets: [],
  securityGroup: 'sg-1',
  stackTraffic: async () => ({ listeners: [], groups: { blue: undefined, green: undefined } }),
  deployOther: async () => {},
  close: () => {},
};

describe('clustersNamedIn', () => {
  it.each([
    ['{"Cluster": "prod", "Service": {}}', ['prod']],
    ['      Cluster: arn:aws:ecs:eu-west-1:111122223333:cluster/shop-1\n', ['shop-1']],
    ['Cluster=prod\nVpc=vpc-1', ['prod']],
    ['      Cluster: !Ref Cluster\n', []],
    ['Parameters:\n  Cluster:\n    Type: String\n', []],
    ['{"Cluster": {"Ref": "MyCluster"}}', []],
  ])('in %j finds %j', (text, expected) => {
    expect(clustersNamedIn(text)).toEqual(expected);
  });
});

describe('adapting', () => {
  it('replaces load balancer and account, and says so', () => {
    const mine = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188';
    const { text, changes } = fitArns(`"${mine}" arn:aws:ecs:eu-west-1:111122223333:cluster/shop`, scene);
    expect(text).toBe(`"${balancer}" arn:aws:ecs:us-east-1:123456789012:cluster/shop`);
    expect(changes).toHaveLength(2);
    expect(changes[0]).toBe(`${mine} -> ${balancer}`);
  });

  // A template with an existing listener, as most companies have, could not be rehearsed.
  it('replaces each listener with one of its own', () => {
    const text = `"${theirs}/2" ${theirs}/1 ${theirs}/2`;
    expect(listenersNamedIn(text)).toEqual([`${theirs}/2`, `${theirs}/1`]);
    expect(fitArns(text, scene).text).toBe('"listener/b" listener/a listener/b');
  });

  it('replaces no cluster or load balancer that a template creates itself', () => {
    expect(fitArns('LoadBalancerArn: !Ref Balancer', scene)).toEqual({
      text: 'LoadBalancerArn: !Ref Balancer',
      changes: [],
    });
  });
});

/** A template of which only what matters to the version is written out. */
const versioned = (image: string, more = '', definition = '!Ref Definition'): string => `
Parameters:
  Tag: {Type: String, Default: '1.25'}
  Size: {Type: Number, Default: 2}
Mappings:
  Images: {prod: {Digest: 'nginx@sha256:ab'}}
Resources:
  Job:
    Type: AWS::CodeBuild::Project
    Properties: {Environment: {Image: aws/standard}}
  Definition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Image: ${image}
          Name: web
${more}
  GreenSet:
    Type: AWS::ECS::TaskSet
    Properties: {TaskDefinition: ${definition}, Scale: {Value: !Ref Size}}
Outputs:
  GreenTaskSet: {Value: !GetAtt GreenSet.Id}
`;

const own = (template: string, parameters: Readonly<Record<string, string>> = {}): OwnTemplate => ({
  template,
  parameters,
  variables: { 'Canary.Repository': 'shop' },
});

const redirect = `  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {DefaultActions: [{Type: redirect, RedirectConfig: {Host: "#{host}", Path: "/#{path}", Query: "#{query}"}}]}`;
const description = '  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: "#{Octopus.Release.Number}"}}';

describe('fitTemplate', () => {
  it.each([
    ['a literal image', 'nginx:1.25', ''],
    ['an image with a digest', 'repo/app:1.2@sha256:ab', ''],
    // A rehearsal of such a template once passed without deploying anything.
    ["a redirect's keywords", 'nginx:1.25', redirect],
    ['an escaped expression', 'nginx:1.25', '          Command: ["##{Octopus.Release.Number}"]'],
    ['an expression that does not reach green', 'nginx:1.25', description],
    ['an expression that is the same in every release', 'nginx:1.25', '          Command: ["#{Canary.Repository}"]'],
  ])('makes the image of green follow the release beside %s', (_what, image, more) => {
    const { text, changes } = fitTemplate(own(versioned(image, more)), scene);
    expect(text).toBe(versioned('#{Canary.Image}', more));
    expect(changes).toEqual([`Image ${image} -> #{Canary.Image}`]);
  });

  it('does so in JSON', () => {
    const json = (image: string) =>
      `{"Resources": {"D": {"Properties": {"Image": "${image}"}}, "G": {"Type": "AWS::ECS::TaskSet", "Properties": {"TaskDefinition": {"Ref": "D"}}}}, "Outputs": {"GreenTaskSet": {"Value": {"Fn::GetAtt": ["G", "Id"]}}}}`;
    expect(fitTemplate(own(json('nginx')), scene).text).toBe(json('#{Canary.Image}'));
  });

  it.each([
    ['an expression in the image', versioned('app:#{Octopus.Release.Number}'), {}],
    [
      'one elsewhere in the task definition',
      versioned('nginx:1.25', '          Command: ["#{Octopus.Deployment.Id}"]'),
      {},
    ],
    [
      'one in a parameter of the template',
      versioned('!Sub "nginx:${Tag}"'),
      { 'EcsCanary.TemplateParameters': 'Tag=#{Octopus.Release.Number}' },
    ],
    ['a text that is no template', 'Image: nginx', {}],
  ])('leaves the template alone with %s', (_what, template, parameters) => {
    expect(fitTemplate(own(template, parameters), scene)).toEqual({ text: template, changes: [] });
  });

  it.each([
    '!Sub "nginx:${Tag}"',
    '!Join [":", [nginx, !Ref Tag]]',
    '!FindInMap [Images, prod, Digest]',
    '"{{resolve:ssm:/shop/image}}"',
  ])('cannot make %s follow the release', (image) => {
    expect(fitTemplate(own(versioned(image)), scene).changes).toEqual([]);
  });
});

it('knows green by its logical id, where the template has no outputs', () => {
  const text = versioned('!Sub "nginx:${Tag}"')
    .replace(/Outputs:[\s\S]*/, '')
    .replaceAll('GreenSet', 'GreenTaskSet');
  expect(parametersOfGreen(own(text))).toEqual(['Tag']);
});

describe('parametersOfGreen', () => {
  it.each([
    ['!Sub "nginx:${Tag}"', undefined, ['Tag']],
    ['!Ref Tag', undefined, ['Tag']],
    ['nginx', '!Sub "arn:aws:ecs:us-east-1:123456789012:task-definition/shop:${Tag}"', ['Tag']],
    ['nginx', undefined, []],
  ])('with the image %s and the task definition %s finds %j', (image, definition, expected) => {
    expect(parametersOfGreen(own(versioned(image, '', definition)))).toEqual(expected);
  });
});

const fixture = (name: string): OwnTemplate => own(readFileSync(`test/fixtures/cases/${name}.yaml`, 'utf8'));

describe('templates with which a rehearsal once passed without deploying anything', () => {
  it('in redirect-placeholders the image of green follows the release now', () => {
    const { text, changes } = fitTemplate(fixture('redirect-placeholders'), scene);
    expect(changes).toContain('Image nginx:1.25 -> #{Canary.Image}');
    expect(text).toContain('Host: "#{host}"');
  });

  it.each([
    [
      'rehearsal-deploys-nothing',
      'parameter Tag: put {"EcsCanary.TemplateParameters": "Tag=#{Octopus.Release.Number}"}',
    ],
    ['redirect-placeholders', "into green's image."],
  ])('for %s the verdict says how the version gets in', (name, advice) => {
    const releases = ['1.0.0', '1.1.0'].map((number) => ({ plan: { number }, green: 'task-definition/shop:1' }));
    const [problem, how, ...more] = judgeNovelty(releases as unknown as PlayedRelease[], fixture(name));
    expect(problem).toBe('Release 1.1.0 deployed nothing new: green runs shop:1, as in the release before.');
    expect(how).toContain(advice);
    expect(more).toEqual([]);
  });
});
