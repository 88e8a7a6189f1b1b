import { propertyOf, type ValuedTemplate } from './known-value.ts';
import { refOf } from './references.ts';
import { asList, valueAt } from './template-value.ts';

/** A warning if the container that users reach keeps no log to explain a failure of green. */
export function logWarnings(template: ValuedTemplate, greenTaskSet: string): string[] {
  const taskDefinition = refOf(propertyOf(template, greenTaskSet, 'TaskDefinition')) ?? '';
  const [balancer] = asList(propertyOf(template, greenTaskSet, 'LoadBalancers'));
  const name = valueAt(balancer, 'ContainerName');
  const container = asList(propertyOf(template, taskDefinition, 'ContainerDefinitions')).find(
    (each) => typeof name === 'string' && valueAt(each, 'Name') === name,
  );
  if (!container || valueAt(container, 'LogConfiguration') !== undefined) return [];
  return [
    `${taskDefinition}: the container ${String(name)} has no LogConfiguration, so there is no log to explain a failure. Add one, for example with LogDriver awslogs.`,
  ];
}
