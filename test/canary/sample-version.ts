import type { ContainerVersion, Marks, TaskVersion } from '../../src/canary/task-version.ts';
import type { ColourVersion } from '../../src/canary/version-difference.ts';

/** A container that differs from the usual one only in this. */
export function sampleContainer(more: Partial<ContainerVersion> = {}): ContainerVersion {
  return {
    ...{ name: 'web', image: 'registry.example:5000/team/shop:1.4', cpu: 0, memory: 0, command: '', entryPoint: '' },
    ...{ environment: {}, secrets: {}, environmentFiles: [], ports: ['8080/tcp'], others: { essential: 'm' } },
    log: { driver: 'awslogs', group: '/ecs/shop', streamPrefix: 'shop', region: 'eu-west-1' },
    ...more,
  };
}

/** A colour with these containers, whose digests are as told, or else one for each image's name. */
export function sampleVersion(
  revision: number,
  containers: readonly ContainerVersion[] = [sampleContainer()],
  more: Partial<TaskVersion> = {},
  digests: ColourVersion['digests'] = Object.fromEntries(containers.map(({ name, image }) => [name, [hashOf(image)]])),
): ColourVersion {
  return {
    taskDefinition: `arn:aws:ecs:eu-west-1:1:task-definition/shop:${revision}`,
    version: {
      ...{ active: true, cpu: '256', memory: '512', taskRole: '', executionRole: '' },
      containers,
      others: {},
      ...more,
    },
    digests,
  };
}

/** Variables with these names, all of one value. */
export function marked(names: readonly string[], mark = 'm'): Marks {
  return Object.fromEntries(names.map((name) => [name, mark]));
}

function hashOf(image: string): string {
  return `sha256:${Buffer.from(image).toString('hex').slice(-12).padEnd(64, '0')}`;
}
