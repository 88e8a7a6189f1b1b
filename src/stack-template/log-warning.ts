import { propertyOf, type ValuedTemplate } from './known-value.ts';
import { refOf } from './references.ts';
import { asList, valueAt } from './template-value.ts';

/** A warning if nothing leads from a failure of green to the log of the container that users reach. */
export function logWarnings(template: ValuedTemplate, greenTaskSet: string): string[] {
  const taskDefinition = refOf(propertyOf(template, greenTaskSet, 'TaskDefinition')) ?? '';
  const [balancer] = asList(propertyOf(template, greenTaskSet, 'LoadBalancers'));
  const name = valueAt(balancer, 'ContainerName');
  const container = asList(propertyOf(template, taskDefinition, 'ContainerDefinitions')).find(
    (each) => typeof name === 'string' && valueAt(each, 'Name') === name,
  );
  if (!container || valueAt(container, 'LogConfiguration') !== undefined) return [];
  return [
    `${taskDefinition}: the container ${String(name)} has no LogConfiguration, so nothing leads from a failure to its log. Add one, for example with the LogDriver awslogs.`,
  ];
}
