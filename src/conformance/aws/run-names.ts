/** The tag that marks everything of a run; its value is the run's id. */
export const runTag = 'EcsCanaryConformance';

/** The parts of a run, each a stack of its own, in the order in which they are created. */
export const stackParts = ['network', 'canary', 'spelling'] as const;

export type StackPart = (typeof stackParts)[number];

/** The name of one of a run's stacks. */
export function stackName(run: string, part: StackPart): string {
  return `ecs-canary-check-${run}-${part}`;
}

/** The family of the task definition that is registered without a stack. */
export function crashFamily(run: string): string {
  return `ecs-canary-check-${run}-crash`;
}

/** Every family of task definitions of a run. */
export function familiesOf(run: string): readonly string[] {
  return [stackName(run, 'canary'), crashFamily(run)];
}
