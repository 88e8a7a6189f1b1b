import { knownValue, type ValuedTemplate } from './known-value.ts';
import { refOf } from './references.ts';
import { asList, valueAt } from './template-value.ts';

/** A warning if nothing leads from a failure of green to the log of the container that users reach. */
export function logWarnings(template: ValuedTemplate, greenTaskSet: string): string[] {
  const property = (id: string, name: string) => valueAt(template.body, 'Resources', id, 'Properties', name);
  const taskDefinition = refOf(property(greenTaskSet, 'TaskDefinition')) ?? '';
  const [balancer] = asList(property(greenTaskSet, 'LoadBalancers'));
  const name = knownValue(template, valueAt(balancer, 'ContainerName'));
  const container = asList(property(taskDefinition, 'ContainerDefinitions')).find(
    (each) => typeof name === 'string' && knownValue(template, valueAt(each, 'Name')) === name,
  );
  if (!container || knownValue(template, valueAt(container, 'LogConfiguration')) !== undefined) return [];
  return [
    `${taskDefinition}: the container ${String(name)} has no LogConfiguration, so nothing leads from a failure to its log. Add one, for example with the LogDriver awslogs.`,
  ];
}
