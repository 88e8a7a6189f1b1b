import type { ColourGroups } from '../canary/listener-rule.ts';
import type { ShapeOverrides } from './canary-resources.ts';
import { knownValue, type ValuedTemplate } from './known-value.ts';
import { locateResources } from './shape-location.ts';
import { type TemplateValue, valueAt } from './template-value.ts';

/** What a deployed stack shows of its resources and outputs. */
export interface Deployed {
  readonly outputs: Readonly<Record<string, string>>;
  readonly groups: ColourGroups;
  /** Whether green's task set serves from green's group. */
  readonly greenAtHome: boolean;
}

/** Exports of other stacks, by name, whose values a deployed stack reveals; AWS lets nobody change one that is in use. */
export function importsOf(
  template: ValuedTemplate,
  { outputs, groups }: Pick<Deployed, 'outputs' | 'groups'>,
  overrides: ShapeOverrides,
): Readonly<Record<string, string>> {
  const { blueTargetGroup = '', greenTargetGroup = '' } = locateResources(template, overrides);
  const shown: readonly (readonly [TemplateValue | undefined, string])[] = [
    ...Object.entries(outputs).map(
      ([name, value]) => [knownValue(template, valueAt(template.body, 'Outputs', name, 'Value')), value] as const,
    ),
    [parsed(blueTargetGroup), groups.blue],
    [parsed(greenTargetGroup), groups.green],
  ];
  return Object.fromEntries(
    shown.flatMap(([known, value]) => {
      const name = valueAt(known, 'Fn::ImportValue');
      return typeof name === 'string' ? [[name, value]] : [];
    }),
  );
}

/** A group outside the template is named by the function that stands for it. */
function parsed(group: string): TemplateValue {
  return group.startsWith('{"') ? (JSON.parse(group) as TemplateValue) : group;
}
